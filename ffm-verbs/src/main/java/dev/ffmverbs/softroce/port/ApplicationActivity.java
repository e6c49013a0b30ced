// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts how often the application polls, on any thread, and how often it does the work of the port. The port thread
 * reads both counts to find out whether it is needed.
 *
 * <p>Every poll of every completion queue counts here. A poll is therefore a plain addition to a number that few
 * threads share, in cache lines that hold nothing else. If two threads share a number, a count may be lost, and the
 * rate appears slightly lower.
 */
final class ApplicationActivity {

    private static final int STRIPES = 8;

    /** 128 bytes, because processors fetch cache lines in pairs. */
    private static final int STRIDE = 16;

    private static final VarHandle COUNT =
        MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();
    private static final VarHandle TURNS;

    static {
        try {
            TURNS = MethodHandles.lookup().findVarHandle(ApplicationActivity.class, "turns", long.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The first stride separates the counts from the array header, the last one from whatever follows the array. */
    private final long[] polls = new long[(STRIPES + 2) * STRIDE];

    /** Written under the lock of the port. */
    private long turns;

    void countPoll() {
        final long[] polls = this.polls;
        final int index = index((int) Thread.currentThread().threadId() & STRIPES - 1);
        COUNT.setOpaque(polls, index, (long) COUNT.getOpaque(polls, index) + 1);
    }

    /** Returns the number of polls so far. A few polls of concurrent threads may be missing. */
    long polls() {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += (long) COUNT.getOpaque(polls, index(stripe));
        }
        return sum;
    }

    private static int index(final int stripe) {
        return (stripe + 1) * STRIDE;
    }

    /** Counts that an application thread does the work of the port. Called under the lock. */
    void countTurn() {
        TURNS.setOpaque(this, turns + 1);
    }

    /** Returns how often application threads did the work of the port. */
    long turns() {
        return (long) TURNS.getOpaque(this);
    }
}
