// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * The READ and atomic requests in progress, oldest first. Counts them and the bytes of READ responses that they will
 * bring. A {@link SharedBudget} of the device limits these bytes.
 *
 * <p>A peer that is silent for a while may be gone or overloaded. Until it answers again, it gets one READ at a time.
 * That READ takes nothing from the budget, so that it does not hold back other connections.
 */
final class OutstandingReads {

    private final SharedBudget.Share share;
    private final int[] lastPsn;
    private final int[] bytes;
    private final int[] takenBytes;
    private int oldest;
    private int count;
    private long totalBytes;
    private boolean doubtful;

    OutstandingReads(final int limit, final SharedBudget.Share share) {
        this.share = share;
        lastPsn = new int[limit];
        bytes = new int[limit];
        takenBytes = new int[limit];
    }

    /** Returns the state for a new connection of the same queue pair, with nothing in progress. */
    OutstandingReads withLimit(final int limit) {
        clear();
        return new OutstandingReads(limit, share);
    }

    int limit() {
        return lastPsn.length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == lastPsn.length;
    }

    long totalBytes() {
        return totalBytes;
    }

    /**
     * Adds a READ for which there is room, and takes its bytes from the budget. Returns false if the READ must wait.
     *
     * <p>Called before the READ is sent. If sending it throws, {@link #clear} returns the bytes.
     */
    boolean addRead(final int newLastPsn, final int newBytes) {
        final boolean free = doubtful ? isEmpty() : share.take(newBytes);
        if (free) {
            add(newLastPsn, newBytes);
        }
        return free;
    }

    /** Adds an atomic, a FLUSH or an ATOMIC WRITE for which there is room. It takes nothing from the budget. */
    void addAtomic(final int newLastPsn) {
        add(newLastPsn, 0);
    }

    private void add(final int newLastPsn, final int newBytes) {
        final int index = (oldest + count) % lastPsn.length;
        lastPsn[index] = newLastPsn;
        bytes[index] = newBytes;
        takenBytes[index] = doubtful ? 0 : newBytes;
        totalBytes += newBytes;
        count++;
    }

    /** Returns whether the connection waits for the budget. */
    boolean areWaiting() {
        return share.isWaiting();
    }

    /** Records that the connection has used its turn. */
    void endTurn() {
        share.endTurn();
    }

    /** Removes the requests whose last response precedes a sequence number. The peer has answered them. */
    void removeBefore(final int psn) {
        doubtful = false;
        while (count > 0 && PacketSequenceNumber.distance(lastPsn[oldest], psn) > 0) {
            removeOldest();
        }
    }

    /** Records that the peer may be gone, because it is silent. Its READs no longer count. */
    void doubtPeer() {
        doubtful = true;
        share.leave();
        for (int i = 0; i < count; i++) {
            final int index = (oldest + i) % takenBytes.length;
            share.giveBack(takenBytes[index]);
            takenBytes[index] = 0;
        }
    }

    private void removeOldest() {
        totalBytes -= bytes[oldest];
        share.giveBack(takenBytes[oldest]);
        oldest = (oldest + 1) % lastPsn.length;
        count--;
    }

    /** Removes all requests, and stops waiting for the budget. */
    void clear() {
        share.leave();
        while (count > 0) {
            removeOldest();
        }
    }
}
