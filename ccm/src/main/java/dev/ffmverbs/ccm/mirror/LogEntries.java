// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * Iterates over the entries of a log in memory, up to the first incomplete one.
 *
 * <p>Used by one thread. The memory may be written to at the same time. An entry becomes visible when it is complete.
 * {@link #next} may be called again after it has returned false.
 */
public final class LogEntries {

    private static final int NO_PAYLOAD = -1;

    private final MemorySegment memory;
    private final EntryFormat format;
    private long offset;
    private long endOffset;
    private long sequence;
    private int payloadBytes = NO_PAYLOAD;
    private long lostBefore;
    private long lostSinceEntry;

    /**
     * Begins before the first entry.
     *
     * @param memory memory that holds the log from its first byte on, aligned to 8 bytes and shorter than 2 GiB.
     */
    public LogEntries(final MemorySegment memory) {
        this.memory = memory.asReadOnly();
        this.format = new EntryFormat(this.memory);
    }

    /**
     * Moves to the next entry.
     *
     * @return false if there is none yet.
     */
    public boolean next() {
        while (nextRecord()) {
            if (payloadBytes != NO_PAYLOAD) {
                lostBefore = lostSinceEntry;
                lostSinceEntry = 0;
                return true;
            }
        }
        return false;
    }

    /** Moves to the next entry or gap. Returns false, and does not move, if there is none. */
    boolean nextRecord() {
        final int length = format.payloadBytesAt(endOffset, sequence + 1);
        if (length != EntryFormat.NONE) {
            advance(EntryFormat.entryBytes(length), sequence + 1);
            payloadBytes = length;
            return true;
        }
        final long lostUpTo = format.lostUpTo(endOffset, sequence + 1);
        if (lostUpTo == 0) {
            return false;
        }
        lostSinceEntry += lostUpTo - sequence;
        advance(EntryFormat.HEADER_BYTES, lostUpTo);
        payloadBytes = NO_PAYLOAD;
        return true;
    }

    private void advance(final int recordBytes, final long newSequence) {
        offset = endOffset;
        endOffset += recordBytes;
        sequence = newSequence;
    }

    /**
     * Returns the number of the last entry up to this position. Entries are numbered consecutively from 1. The numbers
     * of lost entries are not reused.
     *
     * @return from 1; 0 before the first entry.
     */
    public long sequence() {
        return sequence;
    }

    /**
     * Returns how many entries are lost between the previous entry and the one at this position. They had been
     * acknowledged to the appending node. Then the partner restarted, and the appending node was killed before the
     * partner had its copy back, so both nodes lost them.
     *
     * @return the number of entries; 0 in a log that has lost nothing.
     */
    public long lostBefore() {
        return lostBefore;
    }

    /**
     * Returns the payload of the entry at this position.
     *
     * @return a read-only view of the log's memory.
     * @throws IllegalStateException before the first entry, and at a gap.
     */
    public MemorySegment payload() {
        if (payloadBytes == NO_PAYLOAD) {
            throw new IllegalStateException(sequence == 0 ? "there is no entry here; call next() first"
                : "the entries up to " + sequence + " are lost; call next() first");
        }
        return memory.asSlice(offset + EntryFormat.HEADER_BYTES, payloadBytes);
    }

    /** Offset of the record at this position. */
    long offset() {
        return offset;
    }

    /** Offset of the first byte after the record at this position. */
    long endOffset() {
        return endOffset;
    }

    @Override
    public String toString() {
        return "LogEntries at " + sequence + (payloadBytes == NO_PAYLOAD ? "" : " (" + payloadBytes + " bytes)");
    }
}
