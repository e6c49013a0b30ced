// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * For every accepted interval and threshold, and a node that is late as real nodes are or worse, the verdict comes
 * within its threshold plus one interval of the time in which the node ran, and never before the threshold. Property
 * {@code ccm.verdict.seeds} is the number of runs.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class VerdictBoundTest {

    private static final long SEEDS = Long.getLong("ccm.verdict.seeds", 3_000);
    private static final long SHORTEST_INTERVAL_NS = 100_000;
    private static final long LONGEST_INTERVAL_NS = TimeUnit.DAYS.toNanos(1);
    private static final long LONGEST_THRESHOLD_NS = TimeUnit.DAYS.toNanos(365);

    /** What a silent partner's READs show. */
    private enum Kind {
        UNREACHABLE, STALLED, IN_TURNS
    }

    private static long logarithmic(final RandomGenerator random, final long from, final long to) {
        return Math.clamp((long) Math.exp(Math.log(from) + random.nextDouble() * (Math.log(to) - Math.log(from))),
            from, to);
    }

    private static LivenessThresholds thresholds(final RandomGenerator random) {
        final long interval = random.nextInt(4) == 0
            ? TimeUnit.MILLISECONDS.toNanos(new int[] {1, 2, 5, 10, 50, 99, 100, 101, 110, 250, 500, 1_000}[
                random.nextInt(12)]) : logarithmic(random, SHORTEST_INTERVAL_NS, LONGEST_INTERVAL_NS);
        final long longest = LONGEST_THRESHOLD_NS;
        final long suspect = logarithmic(random, 3 * interval, Math.min(longest, 30 * interval));
        return new LivenessThresholds(Duration.ofNanos(interval), Duration.ofNanos(suspect),
            Duration.ofNanos(logarithmic(random, suspect, Math.min(longest, 20 * suspect))),
            Duration.ofNanos(logarithmic(random, suspect, Math.min(longest, 20 * suspect))),
            Duration.ofNanos(logarithmic(random, interval, longest)));
    }

    /** How late the node's next look is. */
    private static long latenessNs(final RandomGenerator random, final int manner, final long intervalNs) {
        return switch (manner) {
            case 0 -> 60_000;
            case 1 -> random.nextLong(intervalNs);
            case 2 -> random.nextInt(20) == 0 ? logarithmic(random, intervalNs, TimeUnit.DAYS.toNanos(30)) : 0;
            case 3 -> logarithmic(random, 1_000, 100 * intervalNs);
            default -> 0;
        };
    }

    @Test
    void verdictsAreBoundedForEveryAcceptedConfiguration() {
        for (long seed = 0; seed < SEEDS; seed++) {
            tellStory(seed);
        }
    }

    private static void tellStory(final long seed) {
        final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        final LivenessThresholds thresholds = thresholds(random);
        final Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        final int manner = random.nextInt(5);
        final long intervalNs = thresholds.interval().toNanos();
        final long unreachableNs = thresholds.unreachableDeadAfter().toNanos();
        final long stalledNs = thresholds.stalledDeadAfter().toNanos();
        final long boundNs = intervalNs + switch (kind) {
            case UNREACHABLE -> unreachableNs;
            case STALLED -> stalledNs;
            case IN_TURNS -> Math.max(unreachableNs, stalledNs) + intervalNs;
        };
        final String story = "seed " + seed + ": " + thresholds + ", " + kind + ", late in manner " + manner;

        long nowNs = random.nextLong();
        final LivenessDetector detector = new LivenessDetector(thresholds, nowNs, 1);
        final long silentSinceNs = nowNs;
        long ranNs = 0;
        Liveness verdict = Liveness.ALIVE;
        while (verdict != Liveness.DEAD) {
            final long plannedNs = random.nextBoolean() ? intervalNs : 1 + random.nextLong(intervalNs);
            nowNs += plannedNs == intervalNs ? plannedNs + latenessNs(random, manner, intervalNs) : plannedNs;
            if (kind == Kind.STALLED || kind == Kind.IN_TURNS && random.nextInt(8) == 0) {
                detector.noteCounter(nowNs, 1);
            }
            verdict = detector.tick(nowNs);
            ranNs += plannedNs;
            assertTrue(verdict == Liveness.DEAD || ranNs < boundNs, () -> story + ": no verdict within its bound");
        }
        final long silentNs = nowNs - silentSinceNs;
        assertTrue(silentNs >= Math.min(unreachableNs, stalledNs), () -> story + ": dead after " + silentNs + " ns");
        assertNotEquals(Silence.NONE, detector.silence(), story);
    }

    @Test
    void aPartnerThatAnswersIsNeverDeadHoweverLateThisNodeIs() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            final LivenessThresholds thresholds = thresholds(random);
            final int manner = random.nextInt(5);
            final long intervalNs = thresholds.interval().toNanos();
            long nowNs = random.nextLong();
            long counter = 1;
            final LivenessDetector detector = new LivenessDetector(thresholds, nowNs, counter);
            for (int look = 0; look < 200; look++) {
                nowNs += intervalNs + latenessNs(random, manner, intervalNs);
                assertEquals(Liveness.ALIVE, detector.tick(nowNs), "seed " + seed + ": " + thresholds);
                counter++;
                detector.noteCounter(nowNs, counter);
            }
        }
    }
}
