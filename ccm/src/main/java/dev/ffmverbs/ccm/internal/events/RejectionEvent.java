// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A request to connect, or an answer at a partner's address, was rejected. */
@Name("dev.ffmverbs.ccm.Rejection")
@Label("Rejection")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("A request to connect, or an answer at a partner's address, was rejected")
@StackTrace(false)
public final class RejectionEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Where it came from. */
    @Label("Source")
    public String source;

    /** The reason. */
    @Label("Reason")
    public String reason;

    /** All facts, in words. */
    @Label("Detail")
    public String detail;

    /** Creates an event that is not recorded yet. */
    public RejectionEvent() {
        // The code that commits it sets the fields.
    }
}
