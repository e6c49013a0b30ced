// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.handshake.BackOff;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tries from time to time whether the first path works, while the connection is over another one. Used by the session
 * thread.
 */
final class FirstPathProbe {

    private final Supplier<ConnectAttempt> connect;
    private final BackOff backOff;
    private final LongSupplier clock;
    private ConnectAttempt attempt;
    private long beginAtNs;

    /**
     * Creates a probe that has to be {@linkplain #postpone postponed} before its first attempt.
     *
     * @param connect begins an attempt over the first path.
     * @param backOff says how long to wait between attempts.
     * @param clock   monotonic time in nanoseconds.
     */
    FirstPathProbe(final Supplier<ConnectAttempt> connect, final BackOff backOff, final LongSupplier clock) {
        this.connect = connect;
        this.backOff = backOff;
        this.clock = clock;
    }

    /** Lets the next attempt begin later. Returns in how many nanoseconds. */
    long postpone() {
        final long waitNs = backOff.slowWaitNs();
        beginAtNs = clock.getAsLong() + waitNs;
        return waitNs;
    }

    /** Does what is due. Returns when to call again; {@link PartnerSession#AT_ONCE} if the first path works. */
    long advance() {
        final long nowNs = clock.getAsLong();
        if (attempt == null) {
            if (nowNs - beginAtNs < 0) {
                return beginAtNs - nowNs;
            }
            attempt = connect.get();
        }
        if (!attempt.isDone() && !attempt.giveUpWhenOverdue(nowNs)) {
            return attempt.leftNs(nowNs);
        }
        if (attempt.result().isCompletedExceptionally()) {
            attempt = null;
            return postpone();
        }
        return PartnerSession.AT_ONCE;
    }

    /** Whether an attempt has begun and was not taken. */
    boolean isUnderWay() {
        return attempt != null;
    }

    /** Returns the attempt that is under way, which is the caller's from then on. */
    ConnectAttempt take() {
        final ConnectAttempt taken = attempt;
        attempt = null;
        return taken;
    }

    /** Gives up the attempt that is under way, and the connection that it may have made. */
    void end() {
        final ConnectAttempt ended = take();
        if (ended != null) {
            ended.end();
        }
    }

    @Override
    public String toString() {
        return "FirstPathProbe[" + (attempt == null ? "waiting" : attempt) + "]";
    }
}
