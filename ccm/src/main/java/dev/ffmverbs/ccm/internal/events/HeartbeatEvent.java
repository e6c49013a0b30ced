// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A heartbeat READ delivered a complete boot-status variable. */
@Name("dev.ffmverbs.ccm.Heartbeat")
@Label("Heartbeat")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("A heartbeat READ delivered a complete boot-status variable")
@StackTrace(false)
@Enabled(false)
public final class HeartbeatEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Time from its issue to its completion. */
    @Label("READ Time")
    @Timespan(Timespan.NANOSECONDS)
    public long readNs;

    /** Creates an event that is not recorded yet. */
    public HeartbeatEvent() {
        // The code that commits it sets the fields.
    }
}
