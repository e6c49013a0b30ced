// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.handshake;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Computes how long to wait before the next attempt. The wait doubles each time up to a limit. It is jittered, so that
 * nodes that failed together do not try again together.
 */
public final class BackOff {

    /** The shortest wait after a failure, before jitter. */
    public static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** The longest wait while the partner may appear at any time, before jitter. */
    public static final long LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The wait if a configuration or a version has to change first, before jitter. */
    public static final long SLOW_NS = TimeUnit.SECONDS.toNanos(5);

    private final RandomGenerator random;
    private long nextNs = FIRST_NS;

    /**
     * Creates a back-off that begins with the shortest wait.
     *
     * @param random source of the jitter.
     */
    public BackOff(final RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns the wait after an attempt.
     *
     * @param outcome how it ended.
     * @return nanoseconds, between half of the unjittered wait and the whole.
     */
    public long nextWaitNs(final AttemptOutcome outcome) {
        return switch (outcome.retry()) {
            case AT_ONCE -> 0;
            case SLOWLY -> slowWaitNs();
            case SOON, PARTNER_ABSENT -> {
                final long waitNs = nextNs;
                nextNs = Math.min(LIMIT_NS, 2 * nextNs);
                yield jitter(waitNs);
            }
        };
    }

    /**
     * Returns the wait if there is no hurry.
     *
     * @return nanoseconds, between half of {@link #SLOW_NS} and the whole.
     */
    public long slowWaitNs() {
        return jitter(SLOW_NS);
    }

    /**
     * Makes the next wait the longest of those used while the partner may appear at any time, because nothing is
     * expected sooner.
     */
    public void expectAbsence() {
        nextNs = LIMIT_NS;
    }

    private long jitter(final long waitNs) {
        return waitNs / 2 + random.nextLong(waitNs / 2 + 1);
    }

    /** Begins with the shortest wait again. */
    public void reset() {
        nextNs = FIRST_NS;
    }
}
