// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    private static final long SEED = 20261129;
    private static final double[] PERCENTS = {0.1, 1, 50, 90, 99, 99.9, 100};

    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void percentilesAreWithinOnePercentOfTheSortedDurations() {
        final Random random = new Random(SEED);
        for (final int count : new int[] {1, 2, 10, 1_000, 20_000}) {
            final LatencyHistogram counted = new LatencyHistogram();
            final long[] durations = new long[count];
            for (int i = 0; i < count; i++) {
                durations[i] = (long) Math.exp(random.nextDouble() * Math.log(LatencyHistogram.LONGEST_NS));
                counted.record(durations[i]);
            }
            Arrays.sort(durations);
            assertEquals(count, counted.count());
            assertEquals(durations[count - 1], counted.longestNs());
            for (final double percent : PERCENTS) {
                final long exact = durations[Math.max(1, (int) Math.ceil(count * percent / 100)) - 1];
                final long told = counted.percentileNs(percent);
                assertTrue(told >= exact && told <= exact + exact / 100, percent + " % of " + count
                    + " are said to be within " + told + " ns, not " + exact + ", seed " + SEED);
            }
        }
    }

    @Test
    void everyBoundaryOfABucketIsKept() {
        for (long doubling = 1; doubling < LatencyHistogram.LONGEST_NS; doubling *= 2) {
            for (long duration = Math.max(0, doubling - 2); duration <= doubling + 2; duration++) {
                final LatencyHistogram one = new LatencyHistogram();
                one.record(duration);
                one.record(LatencyHistogram.LONGEST_NS);
                final long told = one.percentileNs(50);
                assertTrue(told >= duration && told <= duration + duration / 100, duration + " is reported as " + told);
            }
        }
    }

    @Test
    void whatIsOutOfRangeCountsAsTheNearestInRange() {
        histogram.record(-1);
        histogram.record(Long.MAX_VALUE);

        assertEquals(2, histogram.count());
        assertEquals(0, histogram.percentileNs(50));
        assertEquals(LatencyHistogram.LONGEST_NS, histogram.percentileNs(100));
        assertEquals(LatencyHistogram.LONGEST_NS, histogram.longestNs());
    }

    @Test
    void nothingRecordedIsNothing() {
        assertEquals(0, histogram.count());
        assertEquals(0, histogram.percentileNs(50));
        assertEquals(0, histogram.longestNs());
    }

    @Test
    void anotherThreadReadsWhileOneRecords() throws InterruptedException {
        final int count = 200_000;
        final Thread writer = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < count; i++) {
                histogram.record(1_000);
            }
        });
        long before = 0;
        while (writer.isAlive()) {
            final long now = histogram.count();
            assertTrue(now >= before, now + " after " + before);
            assertTrue(histogram.percentileNs(99) <= 1_000);
            before = now;
        }
        writer.join();
        assertEquals(count, histogram.count());
        assertEquals(1_000, histogram.percentileNs(99));
    }
}
