// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The time limit of a wait that polls continuously.
 *
 * <p>The clock is read only once in {@value #POLLS_PER_CLOCK_READ} polls, so that the limit does not slow the polls
 * down. The wait therefore ends a little after the limit. Not thread-safe.
 */
public final class PollLimit {

    private static final int POLLS_PER_CLOCK_READ = 1 << 14;

    private final long limitNs;
    private int polls;
    private boolean isTimed;
    private long sinceNs;

    /**
     * Creates a limit.
     *
     * @param limit longest duration of one wait.
     */
    public PollLimit(final Duration limit) {
        limitNs = limit.toNanos();
    }

    /** Begins a wait. */
    public void begin() {
        polls = 0;
        isTimed = false;
    }

    /**
     * Counts a poll that found nothing. After a wait has reached its limit, the next poll begins another.
     *
     * @return whether the wait has reached its limit.
     */
    public boolean countEmptyPoll() {
        return ++polls >= POLLS_PER_CLOCK_READ && readClock();
    }

    private boolean readClock() {
        polls = 0;
        final long nowNs = System.nanoTime();
        if (!isTimed) {
            isTimed = true;
            sinceNs = nowNs;
            return false;
        }
        if (nowNs - sinceNs <= limitNs) {
            return false;
        }
        isTimed = false;
        return true;
    }

    @Override
    public String toString() {
        return TimeUnit.NANOSECONDS.toMillis(limitNs) + " ms";
    }
}
