// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How often the application polls or waits, counted by any thread, and how often it does the port's work. The port's
 * own thread reads both to find out whether it is needed.
 *
 * <p>Every poll of every completion queue counts here. So a poll is a plain addition to a number that few threads
 * share, in cache lines that hold nothing else. If two threads share a number, a count may be lost, and the rate reads
 * a little lower.
 */
final class ApplicationActivity {

    /** One wait counts as this many polls, because a thread that waits is present the whole time. */
    private static final int POLLS_PER_WAIT = 8;
    private static final int STRIPES = 8;

    /** 128 bytes: processors fetch cache lines in pairs. */
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

    /** The first stride keeps the array's header apart, the last one whatever follows the array. */
    private final long[] polls = new long[(STRIPES + 2) * STRIDE];

    /** Written under the port's lock. */
    private long turns;

    void countPoll() {
        countPolls(1);
    }

    void countWait() {
        countPolls(POLLS_PER_WAIT);
    }

    private void countPolls(final int count) {
        final long[] polls = this.polls;
        final int index = index((int) Thread.currentThread().threadId() & STRIPES - 1);
        COUNT.setOpaque(polls, index, (long) COUNT.getOpaque(polls, index) + count);
    }

    /** Returns the number of polls so far; a few of several threads may be missing. */
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

    /** Counts that a thread of the application does the port's work; under the lock. */
    void countTurn() {
        TURNS.setOpaque(this, turns + 1);
    }

    /** Returns how often threads of the application did the port's work. */
    long turns() {
        return (long) TURNS.getOpaque(this);
    }
}
