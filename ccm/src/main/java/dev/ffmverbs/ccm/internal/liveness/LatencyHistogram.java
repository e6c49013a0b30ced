// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Counts durations in buckets, each narrower than 1 % of the durations in it.
 *
 * <p>Each duration below {@code 2 * PER_DOUBLING} ns has a bucket. Above that, every doubling has {@code PER_DOUBLING}
 * buckets of the same width. Durations longer than {@link #LONGEST_NS} count as {@link #LONGEST_NS}.
 *
 * <p>One thread records, without waiting or allocating. Any thread may read, and sees what was recorded before,
 * possibly without the latest durations.
 */
final class LatencyHistogram {

    /** The longest duration that is distinguished from longer ones. */
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

    /** Returns the longest duration that belongs to a bucket. */
    private static long endOf(final int bucket) {
        if (bucket < 2 * PER_DOUBLING) {
            return bucket;
        }
        final int shift = (bucket >> PER_DOUBLING_BITS) - 1;
        return ((long) (bucket - (shift << PER_DOUBLING_BITS) + 1) << shift) - 1;
    }

    /** Counts a duration. A negative one counts as 0. */
    void record(final long durationNs) {
        final long countedNs = Math.clamp(durationNs, 0, LONGEST_NS);
        final long[] all = counts;
        final int bucket = bucketOf(countedNs);
        COUNTS.setOpaque(all, bucket, (long) COUNTS.getOpaque(all, bucket) + 1);
        if (countedNs > longestNs) {
            longestNs = countedNs;
        }
    }

    /** Returns how many durations were recorded. */
    long count() {
        final long[] all = counts;
        long count = 0;
        for (int bucket = 0; bucket < all.length; bucket++) {
            count += (long) COUNTS.getOpaque(all, bucket);
        }
        return count;
    }

    /** Returns the longest duration recorded; 0 if there is none. */
    long longestNs() {
        return longestNs;
    }

    /**
     * Returns the duration that a percentage of those recorded do not exceed, with a precision of 1 %.
     *
     * @param percent the percentage, above 0 and up to 100.
     * @return nanoseconds; 0 if nothing was recorded.
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
