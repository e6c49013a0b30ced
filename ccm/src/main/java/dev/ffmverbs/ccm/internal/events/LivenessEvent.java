// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The liveness verdict for a partner changed. */
@Name("dev.ffmverbs.ccm.Liveness")
@Label("Liveness")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("The liveness verdict for a partner changed")
@StackTrace(false)
public final class LivenessEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** ALIVE, SUSPECT or DEAD. */
    @Label("Liveness")
    public String liveness;

    /** NONE, UNREACHABLE or STALLED. */
    @Label("Silence")
    public String silence;

    /** Creates an event that is not recorded yet. */
    public LivenessEvent() {
        // The code that commits it sets the fields.
    }
}
