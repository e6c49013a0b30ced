// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/** READ and atomic requests under way, oldest first: how many, and how many bytes they are going to bring. */
final class OutstandingReads {

    private final int[] lastPsn;
    private final int[] bytes;
    private int oldest;
    private int count;
    private long totalBytes;

    OutstandingReads(final int limit) {
        lastPsn = new int[limit];
        bytes = new int[limit];
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

    void add(final int newLastPsn, final int newBytes) {
        final int index = (oldest + count) % lastPsn.length;
        lastPsn[index] = newLastPsn;
        bytes[index] = newBytes;
        totalBytes += newBytes;
        count++;
    }

    /** Removes those whose last answer is older than a sequence number. */
    void removeBefore(final int psn) {
        while (count > 0 && PacketSequenceNumber.distance(lastPsn[oldest], psn) > 0) {
            totalBytes -= bytes[oldest];
            oldest = (oldest + 1) % lastPsn.length;
            count--;
        }
    }

    void clear() {
        count = 0;
        totalBytes = 0;
    }
}
