// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.liveness.LivenessDetector;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What a session knows of its partner's liveness: the evidence goes to a {@link LivenessDetector}, and each change of
 * its verdict is reported once. That the partner is dead is left to {@link PartnerSession}, which revokes access first.
 */
final class PartnerVerdict {

    private final LivenessThresholds thresholds;
    private final LongSupplier clock;
    private final NodeEventListener listener;
    private final PartnerState state;

    private Session session;
    private LivenessDetector detector;
    private Liveness reported = Liveness.DEAD;

    PartnerVerdict(final LocalNode node, final PartnerState state) {
        this.thresholds = node.configuration().liveness();
        this.clock = node.clock();
        this.listener = node.listener();
        this.state = state;
    }

    /** Begins with a partner that is alive: its last record had this counter. */
    void begin(final Session begun, final long counter) {
        final Duration interval = Duration.ofNanos(begun.partnerInformation().heartbeatIntervalNs());
        session = begun;
        detector = new LivenessDetector(thresholds.forPartner(interval), clock.getAsLong(), counter);
        reported = Liveness.ALIVE;
    }

    void noteCounter(final long counter) {
        detector.noteCounter(clock.getAsLong(), counter);
    }

    void noteTornRecord() {
        detector.noteTornRecord(clock.getAsLong());
    }

    /** Judges by the present time, and reports a verdict that has changed, unless it is DEAD. */
    Liveness judge() {
        final Liveness verdict = detector.tick(clock.getAsLong());
        if (verdict != Liveness.DEAD) {
            state.noteLiveness(verdict);
            if (verdict != reported) {
                listener.on(new NodeEvent.LivenessChanged(session, verdict, detector.silence()));
                reported = verdict;
            }
        }
        return verdict;
    }

    Silence silence() {
        return detector.silence();
    }

    /** In how many nanoseconds a partner that stays unreachable gets a worse verdict. */
    long untilChangeNs() {
        return detector.untilVerdictNs();
    }
}
