// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Event;
import jdk.jfr.Label;

/** What the events about intervals without a heartbeat have in common. */
public abstract sealed class HeartbeatGapEvent extends Event permits HeartbeatMissEvent, HeartbeatLateEvent {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Number of intervals. */
    @Label("Intervals")
    public long intervals;

    /** Number of such intervals so far with this partner. */
    @Label("Total")
    public long total;

    /** Creates an event that is not recorded yet. */
    protected HeartbeatGapEvent() {
        // The code that commits it sets the fields.
    }
}
