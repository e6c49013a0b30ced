// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.liveness.Heartbeat;
import dev.ffmverbs.ccm.internal.liveness.HeartbeatStatistics;
import dev.ffmverbs.ccm.internal.liveness.LivenessDetector;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A boot-status variable is written at full rate while it is read at full rate. Property {@code ccm.torn.seconds} sets
 * the duration.
 */
@Timeout(300)
class TornReadsTest {

    private static final long SECONDS = Long.getLong("ccm.torn.seconds", 2);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final BootPhase[] PHASES = {BootPhase.INITIALIZING, BootPhase.BOOTING, BootPhase.ACTIVE};

    private volatile boolean stopped;

    private void publishAtFullRate(final AcceptingNode node) {
        for (long heartbeat = 1; !stopped; heartbeat++) {
            node.status.publish(phaseOf(heartbeat), heartbeat);
            // Without any pause, a complete record exists for a nanosecond or two, and nobody could ever read one.
            Thread.onSpinWait();
            Thread.onSpinWait();
        }
    }

    /** The phase follows from the counter, so a record made of two halves contradicts itself. */
    private static BootPhase phaseOf(final long heartbeat) {
        return PHASES[(int) (heartbeat % PHASES.length)];
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void tornRecordsAreCountedAndNoneIsAcceptedOrTakenForDeath(final NodePair pair) throws Exception {
        try (HandshakeNodes nodes = new HandshakeNodes(pair);
             PartnerLink link = nodes.a.connect()) {
            final Handshake handshake = nodes.a.shakeHands(link);
            assertEquals(AttemptOutcome.OK, handshake.outcome(), handshake.detail());
            final Thread writer = Thread.ofPlatform().daemon().start(() -> publishAtFullRate(nodes.b));
            try {
                readAtFullRate(nodes.a, link, handshake, pair);
            } finally {
                stopped = true;
                writer.join();
            }
        }
    }

    private static void readAtFullRate(
        final InitiatingNode reader, final PartnerLink link, final Handshake handshake, final NodePair pair) {
        final HeartbeatStatistics statistics = new HeartbeatStatistics("A", "B");
        final Heartbeat heartbeat = new Heartbeat(link, handshake.partnerBootId(), handshake.partnerGeneration(),
            statistics, System::nanoTime, 1, TIMEOUT_NS);
        final long startNs = System.nanoTime();
        final LivenessDetector detector =
            new LivenessDetector(LivenessThresholds.defaults(), startNs, heartbeat.counter());
        long last = 0;
        while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(SECONDS)) {
            reader.poll();
            final Heartbeat.Beat beat = heartbeat.advance();
            assertTrue(beat != Heartbeat.Beat.FAILED && beat != Heartbeat.Beat.RESTARTED
                && beat != Heartbeat.Beat.LEAVING, "a torn record was taken for " + beat);
            if (beat == Heartbeat.Beat.TORN) {
                detector.noteTornRecord(System.nanoTime());
            } else if (beat == Heartbeat.Beat.HEARD) {
                final long counter = heartbeat.counter();
                assertTrue(counter >= last, "the counter went back from " + last + " to " + counter);
                if (counter > 1) {
                    assertEquals(phaseOf(counter), heartbeat.phase(), "a torn record was accepted");
                }
                last = counter;
                detector.noteCounter(System.nanoTime(), counter);
            }
            assertNotEquals(Liveness.DEAD, detector.tick(System.nanoTime()), "torn records were taken for death");
        }
        final HeartbeatSummary summary = statistics.summary();
        System.out.printf("torn reads on %s in %d s: %d accepted, %d torn and read again%n", pair, SECONDS,
            summary.count(), summary.torn());
        assertTrue(summary.count() > 0, summary.toString());
    }
}
