// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * How many bytes of answers to READs all connections of a device may have under way together, because they arrive in
 * one socket buffer, and because a responder that has more to answer than it can in time is asked again.
 *
 * <p>What is free goes to the connection that has waited longest. A READ may always start when none is under way.
 *
 * <p>Guarded by the dispatch lock. Whoever holds it gives the connection that is {@linkplain #next next} a turn.
 */
public final class ReadBudget {

    /** Result of {@link #next()} while no connection waits for what is free. */
    public static final int NOBODY = -1;

    private final long limitBytes;
    private long takenBytes;
    private Share first;
    private Share last;

    ReadBudget(final long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Returns which connection may go on.
     *
     * @return number of the queue pair that has waited longest, if what it waits for is free, or {@link #NOBODY}.
     */
    public int next() {
        return first != null && isFree(first.wantedBytes) ? first.queuePair : NOBODY;
    }

    private boolean isFree(final int bytes) {
        return takenBytes == 0 || takenBytes + bytes <= limitBytes;
    }

    /** Returns what a connection takes from the budget with. */
    Share newShare(final int queuePair) {
        return new Share(queuePair);
    }

    /** What one connection has of the budget, and its place in the line of those that wait. */
    final class Share {

        private final int queuePair;
        private Share behind;
        private boolean waits;
        private int wantedBytes;

        Share(final int queuePair) {
            this.queuePair = queuePair;
        }

        /**
         * Takes bytes, or gets in line for them.
         *
         * @return whether they were taken; if not, the connection is to try again in its next turn.
         */
        boolean take(final int bytes) {
            if ((first == null || first == this) && isFree(bytes)) {
                takenBytes += bytes;
                leave();
                return true;
            }
            wantedBytes = bytes;
            if (!waits) {
                waits = true;
                if (first == null) {
                    first = this;
                } else {
                    last.behind = this;
                }
                last = this;
            }
            return false;
        }

        /** Gives back what was taken. */
        void giveBack(final long bytes) {
            takenBytes -= bytes;
        }

        /** Leaves the line if the connection did not take in its turn what was free for it. */
        void endTurn() {
            if (first == this && isFree(wantedBytes)) {
                leave();
            }
        }

        /** Leaves the line. */
        void leave() {
            if (!waits) {
                return;
            }
            Share before = null;
            for (Share share = first; share != this; share = share.behind) {
                before = share;
            }
            if (before == null) {
                first = behind;
            } else {
                before.behind = behind;
            }
            if (last == this) {
                last = before;
            }
            behind = null;
            waits = false;
        }
    }
}
