// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.internal.events.OwnershipEvent;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;

/**
 * Records what becomes of the terms of one ownership with JDK Flight Recorder. A failure to record is logged and
 * affects nothing else.
 *
 * <p>Used on the thread that notifies the listener, so that the rules do not wait for the recorder. It creates no event
 * unless this JVM has a recorder: the first one loads the recorder's metadata.
 */
final class OwnershipRecording {

    private final OwnershipConfiguration configuration;

    OwnershipRecording(final OwnershipConfiguration configuration) {
        this.configuration = configuration;
    }

    void recordAttempt(final long term, final OwnershipNews.Attempt outcome, final long tookNs) {
        record(term, outcome.name(), event -> event.swapNs = tookNs);
    }

    void recordAcquisition(final Acquisition acquisition) {
        record(acquisition.term(), "ACQUIRED", event -> {
            event.detectionNs = acquisition.detectionNs();
            event.decisionNs = acquisition.decisionNs();
            event.swapNs = acquisition.swapNs();
            event.waitNs = acquisition.waitNs();
        });
    }

    void recordLoss(final long term) {
        record(term, "LOST", event -> { });
    }

    private void record(final long term, final String change, final Consumer<OwnershipEvent> times) {
        try {
            if (FlightRecorder.isInitialized()) {
                final OwnershipEvent event = new OwnershipEvent();
                event.node = configuration.node();
                event.partner = configuration.partner();
                event.ownership = configuration.name();
                event.change = change;
                event.term = term;
                times.accept(event);
                event.commit();
            }
        } catch (final RuntimeException | Error e) {
            NodeThread.report(() -> "an event of ownership " + configuration.name() + " of node " + configuration.node()
                + " could not be recorded by Flight Recorder", e);
        }
    }
}
