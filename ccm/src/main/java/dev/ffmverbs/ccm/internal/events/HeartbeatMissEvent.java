// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Intervals in which a partner was asked, or could not be reached, brought no heartbeat. */
@Name("dev.ffmverbs.ccm.HeartbeatMiss")
@Label("Heartbeat Miss")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("Intervals in which the partner was asked, or could not be reached, brought no heartbeat")
@StackTrace(false)
public final class HeartbeatMissEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** How many. */
    @Label("Intervals")
    public long intervals;

    /** How many so far with this partner. */
    @Label("Total")
    public long total;

    /** Creates an event that is not recorded yet. */
    public HeartbeatMissEvent() {
        // The code that commits it sets the fields.
    }
}
