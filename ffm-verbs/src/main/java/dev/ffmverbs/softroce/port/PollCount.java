// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How often the application polls, or waits: counted by any thread, read by the port's.
 *
 * <p>Every poll of every completion queue counts here, so counting is a plain addition to a number that few threads
 * share, in cache lines that nothing else is in. Two threads that share one may lose a count, which makes the rate read
 * a little lower.
 */
final class PollCount {

    private static final int STRIPES = 8;

    /** 128 bytes: processors fetch cache lines in pairs. */
    private static final int STRIDE = 16;

    private static final VarHandle COUNT =
        MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    /** The first stride keeps the array's header apart, the last one whatever lies behind. */
    private final long[] counts = new long[(STRIPES + 2) * STRIDE];

    void add(final int polls) {
        final long[] counts = this.counts;
        final int index = index((int) Thread.currentThread().threadId() & STRIPES - 1);
        COUNT.setOpaque(counts, index, (long) COUNT.getOpaque(counts, index) + polls);
    }

    long sum() {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += (long) COUNT.getOpaque(counts, index(stripe));
        }
        return sum;
    }

    private static int index(final int stripe) {
        return (stripe + 1) * STRIDE;
    }
}
