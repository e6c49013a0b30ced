// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Intervals passed in which the partner was asked or could not be reached, and no heartbeat arrived. */
@Name("dev.ffmverbs.ccm.HeartbeatMiss")
@Label("Heartbeat Miss")
@Category({"RDMA", "Cluster Connection Manager"})
@Description("The partner was asked or could not be reached, and no heartbeat arrived within the interval")
@StackTrace(false)
public final class HeartbeatMissEvent extends HeartbeatGapEvent {

    /** Creates an event that is not recorded yet. */
    public HeartbeatMissEvent() {
        // The code that commits it sets the fields.
    }
}
