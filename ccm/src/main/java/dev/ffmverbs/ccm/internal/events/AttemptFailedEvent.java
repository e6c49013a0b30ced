// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An attempt to reach a partner failed. */
@Name("dev.ffmverbs.ccm.AttemptFailed")
@Label("Attempt Failed")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("An attempt to reach a partner failed")
@StackTrace(false)
public final class AttemptFailedEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** The reason. */
    @Label("Outcome")
    public String outcome;

    /** All facts, in words. */
    @Label("Detail")
    public String detail;

    /** Creates an event that is not recorded yet. */
    public AttemptFailedEvent() {
        // The code that commits it sets the fields.
    }
}
