// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ClockComparisonTest {

    private static final double BOUND = 0.01;
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** READs for a time, of a partner that publishes every interval, and now and then late. */
    private static ClockComparison compare(final long seed, final double rate, final long lengthNs) {
        final RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        final ClockComparison comparison = new ClockComparison(OwnershipSettings.ratio(BOUND));
        final long offsetNs = random.nextLong(TimeUnit.DAYS.toNanos(100));
        long shownNs = offsetNs;
        long publishedNs = 0;
        long nowNs = 0;
        while (nowNs < lengthNs) {
            final long begunNs = nowNs;
            nowNs += random.nextLong(INTERVAL_NS / 4);
            if (nowNs - publishedNs > INTERVAL_NS && random.nextInt(10) > 0) {
                publishedNs = nowNs - random.nextLong(nowNs - begunNs + 1);
                shownNs = offsetNs + (long) (publishedNs * rate);
            }
            nowNs += random.nextLong(random.nextInt(10) == 0 ? 5 * INTERVAL_NS : INTERVAL_NS);
            comparison.note(begunNs, nowNs, shownNs);
            nowNs += random.nextLong(INTERVAL_NS);
        }
        return comparison;
    }

    @Test
    void noPairOfClocksWithinTheBoundIsFoundOutOfIt() {
        for (long seed = 0; seed < 300; seed++) {
            final RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
            final double rate = switch (random.nextInt(3)) {
                case 0 -> (1 - BOUND) / (1 + BOUND);
                case 1 -> (1 + BOUND) / (1 - BOUND);
                default -> random.nextDouble(1 - BOUND, 1 + BOUND);
            };
            assertTrue(compare(seed, rate, TimeUnit.SECONDS.toNanos(50)).isWithinBound(),
                "seed " + seed + ", rate " + rate);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.1, 2", "0.9, 2", "1.03, 15", "0.97, 15"})
    void aClockThatIsTooFastOrTooSlowIsFoundInTime(final double rate, final long seconds) {
        for (long seed = 0; seed < 100; seed++) {
            assertEquals(false, compare(seed, rate, TimeUnit.SECONDS.toNanos(seconds)).isWithinBound(),
                "seed " + seed + ", rate " + rate);
        }
    }
}
