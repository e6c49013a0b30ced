// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Counts durations in buckets, each narrower than 1 % of the durations in it.
 *
 * <p>Durations below {@code 2 * PER_DOUBLING} ns have a bucket each; above, every doubling has {@code PER_DOUBLING}
 * buckets of the same width. Longer ones than {@link #LONGEST_NS} count as that.
 *
 * <p>One thread records, without waiting and without allocating. Any thread reads, and sees what was recorded before,
 * perhaps without the latest.
 */
final class LatencyHistogram {

    /** The longest duration that is told from longer ones. */
    static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);

    private static final int PER_DOUBLING_BITS = 7;
    private static final int PER_DOUBLING = 1 << PER_DOUBLING_BITS;
    private static final double WHOLE = 100.0;

    private static final VarHandle COUNTS =
        MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final long[] counts = new long[bucketOf(LONGEST_NS) + 1];
    private volatile long longestNs;

    private static int bucketOf(final long durationNs) {
        if (durationNs < 2 * PER_DOUBLING) {
            return (int) durationNs;
        }
        final int shift = Long.SIZE - 1 - PER_DOUBLING_BITS - Long.numberOfLeadingZeros(durationNs);
        return (shift << PER_DOUBLING_BITS) + (int) (durationNs >>> shift);
    }

    /** The longest duration that belongs to a bucket. */
    private static long endOf(final int bucket) {
        if (bucket < 2 * PER_DOUBLING) {
            return bucket;
        }
        final int shift = (bucket >> PER_DOUBLING_BITS) - 1;
        return ((long) (bucket - (shift << PER_DOUBLING_BITS) + 1) << shift) - 1;
    }

    /** Counts a duration; a negative one counts as none. */
    void record(final long durationNs) {
        final long countedNs = Math.clamp(durationNs, 0, LONGEST_NS);
        final long[] all = counts;
        final int bucket = bucketOf(countedNs);
        COUNTS.setOpaque(all, bucket, (long) COUNTS.getOpaque(all, bucket) + 1);
        if (countedNs > longestNs) {
            longestNs = countedNs;
        }
    }

    /** How many durations were recorded. */
    long count() {
        final long[] all = counts;
        long count = 0;
        for (int bucket = 0; bucket < all.length; bucket++) {
            count += (long) COUNTS.getOpaque(all, bucket);
        }
        return count;
    }

    /** The longest duration recorded; 0 when there is none. */
    long longestNs() {
        return longestNs;
    }

    /**
     * The duration that a share of those recorded do not exceed, to 1 %.
     *
     * @param percent the share, above 0 and up to 100.
     * @return nanoseconds; 0 when nothing was recorded.
     */
    long percentileNs(final double percent) {
        final long[] all = counts;
        long left = Math.max(1, (long) Math.ceil(count() * percent / WHOLE));
        for (int bucket = 0; bucket < all.length; bucket++) {
            left -= (long) COUNTS.getOpaque(all, bucket);
            if (left <= 0) {
                return Math.min(endOf(bucket), longestNs);
            }
        }
        return longestNs;
    }
}
