// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * READ and atomic requests under way, oldest first: how many, and how many bytes of answers to READs they are going to
 * bring, of which the {@link ReadBudget} of the device allows only so much.
 *
 * <p>A peer that let the transport timeout pass may be gone, or have too much to do. Until it answers again it is asked
 * for one READ at a time, which takes nothing from the budget: it keeps nothing from others.
 */
final class OutstandingReads {

    private final ReadBudget.Share share;
    private final int[] lastPsn;
    private final int[] bytes;
    private final int[] takenBytes;
    private int oldest;
    private int count;
    private long totalBytes;
    private boolean doubtful;

    OutstandingReads(final int limit, final ReadBudget.Share share) {
        this.share = share;
        lastPsn = new int[limit];
        bytes = new int[limit];
        takenBytes = new int[limit];
    }

    /** Returns what a new connection of the same queue pair has under way, which is nothing. */
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

    /** Takes from the budget what a READ to be {@linkplain #add added} will bring; false if it must wait. */
    boolean take(final int newBytes) {
        return doubtful ? isEmpty() : share.take(newBytes);
    }

    /** Adds a READ for which there was room, or an atomic, which counts as 0 bytes. */
    void add(final int newLastPsn, final int newBytes) {
        final int index = (oldest + count) % lastPsn.length;
        lastPsn[index] = newLastPsn;
        bytes[index] = newBytes;
        takenBytes[index] = doubtful ? 0 : newBytes;
        totalBytes += newBytes;
        count++;
    }

    /** Notes that the connection has done in its turn what it could. */
    void endTurn() {
        share.endTurn();
    }

    /** Removes those whose last answer is older than a sequence number, because the peer has answered. */
    void removeBefore(final int psn) {
        doubtful = false;
        while (count > 0 && PacketSequenceNumber.distance(lastPsn[oldest], psn) > 0) {
            removeOldest();
        }
    }

    /** Notes, if so, that the peer may be gone. */
    void doubtPeer(final boolean isSilent) {
        doubtful |= isSilent;
    }

    private void removeOldest() {
        totalBytes -= bytes[oldest];
        share.giveBack(takenBytes[oldest]);
        oldest = (oldest + 1) % lastPsn.length;
        count--;
    }

    /** Removes all, and waits for none. */
    void clear() {
        share.leave();
        while (count > 0) {
            removeOldest();
        }
    }
}
