// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The number of READ response bytes that all connections of a device may have in progress together. They share one
 * socket buffer, and a responder that cannot answer in time receives the same requests again.
 *
 * <p>Free bytes go to the connection that has waited longest. A READ may always start when none is in progress.
 *
 * <p>Guarded by the dispatch lock. The holder of the lock gives a turn to the connection that is
 * {@linkplain #next next}.
 */
public final class ReadBudget {

    /** Result of {@link #next()} if no connection waits for bytes that are free. */
    public static final int NOBODY = -1;

    private final long limitBytes;
    private final Queue<Share> line = new ArrayDeque<>();
    private long takenBytes;

    ReadBudget(final long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Returns the connection that may continue.
     *
     * @return number of the queue pair that has waited longest, if the bytes it waits for are free, or {@link #NOBODY}.
     */
    public int next() {
        final Share first = line.peek();
        return first != null && isFree(first.wantedBytes) ? first.queuePair : NOBODY;
    }

    private boolean isFree(final int bytes) {
        return takenBytes == 0 || takenBytes + bytes <= limitBytes;
    }

    /** Returns the share of the budget for one connection. */
    Share newShare(final int queuePair) {
        return new Share(queuePair);
    }

    /** The share of one connection in the budget, and its place in the waiting line. */
    final class Share {

        private final int queuePair;
        private boolean waits;
        private int wantedBytes;

        Share(final int queuePair) {
            this.queuePair = queuePair;
        }

        /**
         * Takes bytes, or joins the waiting line.
         *
         * @return whether the bytes were taken. If not, the connection retries in its next turn.
         */
        boolean take(final int bytes) {
            final Share first = line.peek();
            if ((first == null || first == this) && isFree(bytes)) {
                takenBytes += bytes;
                leave();
                return true;
            }
            wantedBytes = bytes;
            if (!waits) {
                line.add(this);
                waits = true;
            }
            return false;
        }

        /** Returns the taken bytes to the budget. */
        void giveBack(final long bytes) {
            takenBytes -= bytes;
        }

        /** Leaves the line if the connection did not take the bytes that were free in its turn. */
        void endTurn() {
            if (line.peek() == this && isFree(wantedBytes)) {
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
