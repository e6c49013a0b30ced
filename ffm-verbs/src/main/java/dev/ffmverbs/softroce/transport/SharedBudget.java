// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * An amount that several connections may have in progress together, because it ends up in one socket buffer. A
 * connection whose packets do not fit there sends them again and again.
 *
 * <p>What is free goes to the connection that has waited longest. A connection may always start when nothing is in
 * progress.
 *
 * <p>Guarded by the dispatch lock. The holder of the lock gives a turn to the connection that is
 * {@linkplain #next next}.
 */
public final class SharedBudget {

    /** Result of {@link #next()} if no connection waits for an amount that is free. */
    public static final int NOBODY = -1;

    private final Queue<Share> line = new ArrayDeque<>();
    private long limit;
    private long taken;

    SharedBudget(final long limit) {
        this.limit = limit;
    }

    /** Changes how much may be in progress. */
    void limit(final long newLimit) {
        limit = newLimit;
    }

    /** Returns how much is in use. */
    long amountInUse() {
        return taken;
    }

    /** Returns whether nothing is left, or others wait for what is. */
    boolean isUsedUp() {
        return taken >= limit || !line.isEmpty();
    }

    /**
     * Returns the connection that may continue.
     *
     * @return number of the queue pair that has waited longest, if what it waits for is free, or {@link #NOBODY}.
     */
    public int next() {
        final Share first = line.peek();
        return first != null && isFree(first.wanted) ? first.queuePair : NOBODY;
    }

    private boolean isFree(final int amount) {
        return taken == 0 || taken + amount <= limit;
    }

    /** Returns the share of the budget for one connection. */
    Share newShare(final int queuePair) {
        return new Share(queuePair);
    }

    /** The share of one connection in the budget, and its place in the waiting line. */
    final class Share {

        private final int queuePair;
        private boolean waits;
        private int wanted;

        Share(final int queuePair) {
            this.queuePair = queuePair;
        }

        /**
         * Takes an amount, or joins the waiting line.
         *
         * @return whether it was taken. If not, the connection retries in its next turn.
         */
        boolean take(final int amount) {
            final Share first = line.peek();
            if ((first == null || first == this) && isFree(amount)) {
                taken += amount;
                leave();
                return true;
            }
            wanted = amount;
            if (!waits) {
                line.add(this);
                waits = true;
            }
            return false;
        }

        /** Returns an amount to the budget. */
        void giveBack(final long amount) {
            taken -= amount;
        }

        /** Returns whether the connection is in the line. */
        boolean isWaiting() {
            return waits;
        }

        /** Leaves the line if the connection did not take what was free in its turn. */
        void endTurn() {
            if (line.peek() == this && isFree(wanted)) {
                leave();
            }
        }

        /** Leaves the line. */
        void leave() {
            if (waits) {
                line.remove(this);
                waits = false;
            }
        }
    }
}
