// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.handshake.BackOff;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tries from time to time whether the first path works, while the connection is over another one. Used by the session
 * thread.
 */
final class FirstPathProbe {

    private final Supplier<CompletableFuture<PartnerLink>> connect;
    private final BackOff backOff;
    private final LongSupplier clock;
    private final long giveUpAfterNs;
    private CompletableFuture<PartnerLink> attempt;
    private long beginAtNs;
    private long giveUpAtNs;

    /**
     * Creates a probe that has to be {@linkplain #postpone postponed} before its first attempt.
     *
     * @param connect       begins an attempt over the first path.
     * @param backOff       says how long to wait between attempts.
     * @param clock         monotonic time in nanoseconds.
     * @param giveUpAfterNs after how long an attempt without a result is given up.
     */
    FirstPathProbe(
        final Supplier<CompletableFuture<PartnerLink>> connect, final BackOff backOff, final LongSupplier clock,
        final long giveUpAfterNs) {
        this.connect = connect;
        this.backOff = backOff;
        this.clock = clock;
        this.giveUpAfterNs = giveUpAfterNs;
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
            giveUpAtNs = nowNs + giveUpAfterNs;
            attempt = connect.get();
        }
        if (!attempt.isDone() && !(nowNs - giveUpAtNs >= 0 && attempt.cancel(true))) {
            return Math.max(1, giveUpAtNs - nowNs);
        }
        if (attempt.isCompletedExceptionally()) {
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
    CompletableFuture<PartnerLink> take() {
        final CompletableFuture<PartnerLink> taken = attempt;
        attempt = null;
        return taken;
    }

    /** Gives up the attempt that is under way, and the connection that it may have made. */
    void end() {
        final CompletableFuture<PartnerLink> ended = take();
        if (ended != null && !ended.cancel(true) && !ended.isCompletedExceptionally()) {
            ended.join().close();
        }
    }

    @Override
    public String toString() {
        return "FirstPathProbe[" + (attempt == null ? "waiting" : attempt) + "]";
    }
}
