// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An RDMA operation of a handshake ended. */
@Name("dev.ffmverbs.ccm.HandshakeStep")
@Label("Handshake Step")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("An RDMA operation of a handshake ended")
@StackTrace(false)
public final class HandshakeStepEvent extends Event {

    /** Name of the node that recorded this. */
    @Label("Node")
    public String node;

    /** Name of the partner. */
    @Label("Partner")
    public String partner;

    /** Number of the attempt to reach the partner, from 1. */
    @Label("Attempt")
    public int attempt;

    /** R1, W1, R2 or W2. */
    @Label("Step")
    public String step;

    /** Time from its issue to its completion. */
    @Label("Operation Time")
    @Timespan(Timespan.NANOSECONDS)
    public long operationNs;

    /** Address and port of the partner. */
    @Label("Remote")
    public String remote;

    /** OK, or how it failed. */
    @Label("Outcome")
    public String outcome;

    /** Creates an event that is not recorded yet. */
    public HandshakeStepEvent() {
        // The code that commits it sets the fields.
    }
}
