// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.ccm.internal.events.HeartbeatEvent;
import dev.ffmverbs.ccm.internal.events.HeartbeatGapEvent;
import dev.ffmverbs.ccm.internal.events.HeartbeatLateEvent;
import dev.ffmverbs.ccm.internal.events.HeartbeatMissEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import jdk.jfr.FlightRecorder;

/**
 * Records the heartbeats of one partner with JDK Flight Recorder while a recording runs. A failure to record is logged
 * once and affects neither the heartbeats nor their statistics.
 */
final class HeartbeatRecording {

    private static final Logger LOGGER = System.getLogger(HeartbeatRecording.class.getName());

    /**
     * Events that say whether their kind is enabled, so that none is created needlessly. Loaded only if there is a
     * recorder, because the first event of a JVM loads the recorder's metadata.
     */
    private static final class Enabled {
        private static final HeartbeatEvent HEARTBEATS = new HeartbeatEvent();
        private static final HeartbeatMissEvent MISSES = new HeartbeatMissEvent();
        private static final HeartbeatLateEvent LATES = new HeartbeatLateEvent();
    }

    private final String node;
    private final String partner;
    private boolean failed;

    HeartbeatRecording(final String node, final String partner) {
        this.node = node;
        this.partner = partner;
    }

    void recordBeat(final long readNs) {
        try {
            if (FlightRecorder.isInitialized() && Enabled.HEARTBEATS.isEnabled()) {
                final HeartbeatEvent event = new HeartbeatEvent();
                event.node = node;
                event.partner = partner;
                event.readNs = readNs;
                event.commit();
            }
        } catch (final RuntimeException | Error e) {
            reportFailure(e);
        }
    }

    void recordUnanswered(final long intervals, final long total) {
        try {
            if (FlightRecorder.isInitialized() && Enabled.MISSES.isEnabled()) {
                commit(new HeartbeatMissEvent(), intervals, total);
            }
        } catch (final RuntimeException | Error e) {
            reportFailure(e);
        }
    }

    void recordLate(final long intervals, final long total) {
        try {
            if (FlightRecorder.isInitialized() && Enabled.LATES.isEnabled()) {
                commit(new HeartbeatLateEvent(), intervals, total);
            }
        } catch (final RuntimeException | Error e) {
            reportFailure(e);
        }
    }

    private void commit(final HeartbeatGapEvent event, final long intervals, final long total) {
        event.node = node;
        event.partner = partner;
        event.intervals = intervals;
        event.total = total;
        event.commit();
    }

    private void reportFailure(final Throwable failure) {
        if (!failed) {
            failed = true;
            LOGGER.log(Level.WARNING, "node " + node + " cannot record the heartbeats of " + partner
                + " with Flight Recorder; they are still counted", failure);
        }
    }
}
