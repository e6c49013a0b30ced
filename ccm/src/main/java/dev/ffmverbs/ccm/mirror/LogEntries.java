// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * The entries of a log in memory, one after the other, up to the first that is not whole.
 *
 * <p>Used by one thread. The memory may be written to meanwhile: an entry that is becomes visible when it is whole, and
 * {@link #next} may be called again after it returned false.
 */
public final class LogEntries {

    private final MemorySegment memory;
    private final EntryFormat format;
    private long offset;
    private long endOffset;
    private long sequence;
    private int payloadBytes;

    /**
     * A position before the first entry.
     *
     * @param memory the memory that holds the log from its first byte on, aligned to 8 bytes and shorter than
     *               2 GiB.
     */
    public LogEntries(final MemorySegment memory) {
        this.memory = memory.asReadOnly();
        this.format = new EntryFormat(this.memory);
    }

    /**
     * Goes on to the next entry.
     *
     * @return false when there is none, and the position is where it was.
     */
    public boolean next() {
        final int length = format.payloadBytesOf(endOffset, sequence + 1);
        if (length < 0) {
            return false;
        }
        offset = endOffset;
        endOffset += EntryFormat.entryBytes(length);
        payloadBytes = length;
        sequence++;
        return true;
    }

    /**
     * The number of the entry at this position, which is also how many there are up to it.
     *
     * @return from 1; 0 before the first call of {@link #next}.
     */
    public long sequence() {
        return sequence;
    }

    /**
     * The payload of the entry at this position.
     *
     * @return a read-only view of the log's memory.
     * @throws IllegalStateException before the first entry.
     */
    public MemorySegment payload() {
        if (sequence == 0) {
            throw new IllegalStateException("there is no entry here; call next() first");
        }
        return memory.asSlice(offset + EntryFormat.HEADER_BYTES, payloadBytes);
    }

    /** Offset of the entry at this position. */
    long offset() {
        return offset;
    }

    /** Offset of the first byte behind the entry at this position. */
    long endOffset() {
        return endOffset;
    }
}
