// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Intervals passed in which this node did not ask a partner, because it did not run in time. */
@Name("dev.ffmverbs.ccm.HeartbeatLate")
@Label("Heartbeat Late")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("An interval passed in which this node did not ask, because it did not run in time")
@StackTrace(false)
public final class HeartbeatLateEvent extends HeartbeatGapEvent {

    /** Creates an event that is not recorded yet. */
    public HeartbeatLateEvent() {
        // The code that commits it sets the fields.
    }
}
