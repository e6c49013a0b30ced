// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Measures how long it takes until this node reports a partner whose process was killed, at many intervals and
 * thresholds.
 *
 * <p>With property {@code ccm.detection.all} it tests all of them, and fails if a verdict is later than the threshold
 * plus an interval plus 100 ms. {@code ccm/bin/detection-times} runs it in this way, on a machine that does nothing
 * else. Without the property it tests a few of them and only prints the time, because a build shares its machine.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class DetectionTimesTest {

    private static final boolean ALL = Boolean.getBoolean("ccm.detection.all");
    private static final List<Integer> INTERVALS_MS =
        ALL ? List.of(1, 2, 5, 10, 50, 99, 100, 101, 110, 250, 500, 1_000) : List.of(1, 101);
    private static final List<Integer> DEAD_MS = ALL ? List.of(300, 1_000, 3_000) : List.of(500);
    private static final long SUSPECT_MS = 300;
    private static final long OWN_STALL_MS = 100;
    private static final long SLACK_MS = 100;
    private static final long LIMIT_S = 60;

    /** A delay beyond this cannot be due to the machine. */
    private static final long HOPELESS_MS = 15_000;

    /** When the session came up, and when the partner was reported down. */
    private static final class Verdict implements SessionListener {
        private final CountDownLatch up = new CountDownLatch(1);
        private final CountDownLatch down = new CountDownLatch(1);
        private volatile long downNs;

        @Override
        public void sessionUp(final Session session) {
            up.countDown();
        }

        @Override
        public void partnerDown(final Session ended, final Silence silence) {
            downNs = System.nanoTime();
            down.countDown();
        }
    }

    private static LivenessThresholds thresholds(final int intervalMs, final int deadMs) {
        final Duration interval = Duration.ofMillis(intervalMs);
        final Duration suspect =
            Duration.ofMillis(Math.max(SUSPECT_MS, LivenessThresholds.INTERVALS_BEFORE_SUSPECT * intervalMs));
        final Duration dead = Duration.ofMillis(deadMs);
        return new LivenessThresholds(interval, suspect, dead, dead.multipliedBy(2),
            Duration.ofMillis(Math.max(OWN_STALL_MS, intervalMs)));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aKilledPartnerIsDownWithinItsThresholdAndOneInterval(final NodePair pair) throws Exception {
        pair.require();
        final DemoPlacement.Place place =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000).b();
        final List<String> late = new ArrayList<>();
        System.out.printf("on %s%n%12s%12s%12s%12s%n", pair, "interval ms", "dead ms", "verdict ms", "bound ms");
        for (final int intervalMs : INTERVALS_MS) {
            for (final int thresholdMs : DEAD_MS) {
                final int deadMs = Math.max(thresholdMs, thresholdMs * intervalMs / 100);
                final long verdictMs = verdictMs(pair, place, thresholds(intervalMs, deadMs));
                final long boundMs = deadMs + intervalMs + SLACK_MS;
                final String row =
                    String.format("%12d%12d%12d%12d", intervalMs, deadMs, verdictMs, boundMs);
                System.out.println(row + (verdictMs > boundMs ? "  late" : ""));
                if (ALL && verdictMs > boundMs) {
                    late.add(row);
                }
            }
        }
        assertEquals(List.of(), late, "interval, threshold, verdict and bound in ms");
    }

    private static long verdictMs(
        final NodePair pair, final DemoPlacement.Place place, final LivenessThresholds thresholds) throws Exception {
        final InetSocketAddress a = pair.endpointA();
        final Verdict verdict = new Verdict();
        try (ClusterConnectionManager node = ClusterConnectionManager.builder(pair.deviceA(), "A", a)
                 .partner(new PartnerAddress("B", place.address())).liveness(thresholds).listener(verdict).start();
             ProgramProcess partner = new ProgramProcess(NodeProgram.class, place.jvmOptions(), List.of("B",
                 place.deviceName(), NodeLog.text(place.address()), "A", NodeLog.text(a), "60000"))) {
            assertTrue(verdict.up.await(LIMIT_S, TimeUnit.SECONDS), () -> "no session: " + partner.lines);
            partner.await(line -> line.contains(" up "), "session at B", LIMIT_S);
            Thread.sleep(thresholds.interval().toMillis() * 2);
            final long killNs = System.nanoTime();
            partner.kill();
            final long limitMs = thresholds.unreachableDeadAfter().toMillis() + HOPELESS_MS;
            assertTrue(verdict.down.await(limitMs, TimeUnit.MILLISECONDS), () -> "no verdict in " + limitMs + " ms: "
                + thresholds + ", " + node.partners().getFirst().heartbeats());
            return TimeUnit.NANOSECONDS.toMillis(verdict.downNs - killNs);
        }
    }
}
