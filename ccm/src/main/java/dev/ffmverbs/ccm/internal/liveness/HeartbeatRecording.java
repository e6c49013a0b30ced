// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import dev.ffmverbs.ccm.internal.events.HeartbeatEvent;
import dev.ffmverbs.ccm.internal.events.HeartbeatLateEvent;
import dev.ffmverbs.ccm.internal.events.HeartbeatMissEvent;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import jdk.jfr.FlightRecorder;

/**
 * Records the heartbeats of one partner with Flight Recorder, when somebody records. What that throws is logged once,
 * and touches neither the heartbeats nor what is counted of them.
 */
final class HeartbeatRecording {

    private static final Logger LOGGER = System.getLogger(HeartbeatRecording.class.getName());

    /**
     * Tell whether such events are recorded, so that none is made when they are not. To be asked only where there is a
     * recorder: the first event of a JVM loads the recorder's metadata.
     */
    private static final class Recorded {
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

    void heard(final long readNs) {
        try {
            if (FlightRecorder.isInitialized() && Recorded.HEARTBEATS.isEnabled()) {
                final HeartbeatEvent event = new HeartbeatEvent();
                event.node = node;
                event.partner = partner;
                event.readNs = readNs;
                event.commit();
            }
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    void unanswered(final long intervals, final long total) {
        try {
            if (FlightRecorder.isInitialized() && Recorded.MISSES.isEnabled()) {
                final HeartbeatMissEvent event = new HeartbeatMissEvent();
                event.node = node;
                event.partner = partner;
                event.intervals = intervals;
                event.total = total;
                event.commit();
            }
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    void late(final long intervals, final long total) {
        try {
            if (FlightRecorder.isInitialized() && Recorded.LATES.isEnabled()) {
                final HeartbeatLateEvent event = new HeartbeatLateEvent();
                event.node = node;
                event.partner = partner;
                event.intervals = intervals;
                event.total = total;
                event.commit();
            }
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(final Throwable failure) {
        if (!failed) {
            failed = true;
            LOGGER.log(Level.WARNING, "node " + node + " cannot record the heartbeats of " + partner
                + " with Flight Recorder; they are counted all the same", failure);
        }
    }
}
