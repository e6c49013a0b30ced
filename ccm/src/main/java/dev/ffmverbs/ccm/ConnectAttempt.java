// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.PartnerLink;
import java.util.concurrent.CompletableFuture;

/**
 * An attempt to connect to a partner. It is given up if it has no result in time: what should have ended it has failed.
 *
 * @param result     completes when the attempt has ended.
 * @param giveUpAtNs when it is given up, in nanoseconds of the node's clock.
 */
record ConnectAttempt(CompletableFuture<PartnerLink> result, long giveUpAtNs) {

    boolean isDone() {
        return result.isDone();
    }

    /** Gives the attempt up if its time is over. Returns false if it has time left, or has just got a result. */
    boolean giveUpWhenOverdue(final long nowNs) {
        return nowNs - giveUpAtNs >= 0 && result.cancel(true);
    }

    /** Returns when to look again, in nanoseconds from now. */
    long leftNs(final long nowNs) {
        return Math.max(1, giveUpAtNs - nowNs);
    }

    /** Gives the attempt up, and the connection that it may have made. */
    void end() {
        if (!result.cancel(true) && !result.isCompletedExceptionally()) {
            result.join().close();
        }
    }
}
