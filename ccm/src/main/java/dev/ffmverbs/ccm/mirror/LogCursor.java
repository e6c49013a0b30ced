// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * Moves over the records of a log in memory, up to the first incomplete one.
 *
 * <p>Offsets grow without end; an offset modulo the length of the memory is a place in it. Used by one thread at a
 * time. The memory may be written to at the same time. Moving allocates nothing.
 */
final class LogCursor {

    private final EntryFormat format;
    private final long memoryBytes;
    private long offset;
    private long endOffset;
    private long sequence;
    private long term;
    private int checksum;
    private int length = EntryFormat.WRAP;
    private long contentTerm;
    private long contentSequence;

    /** Begins before the first record of a new log. */
    LogCursor(final MemorySegment records) {
        this.format = new EntryFormat(records);
        this.memoryBytes = records.byteSize();
    }

    /** Begins where another cursor is. Both are used by the same thread. */
    LogCursor(final LogCursor other) {
        this.format = other.format;
        this.memoryBytes = other.memoryBytes;
        moveTo(other);
    }

    /** Moves before the first record that remains. */
    void moveTo(final LogHeader header) {
        offset = header.endOffset();
        endOffset = header.endOffset();
        sequence = header.sequence();
        term = header.term();
        checksum = header.checksum();
        length = EntryFormat.WRAP;
        contentTerm = term;
        contentSequence = sequence;
    }

    void moveTo(final LogCursor other) {
        offset = other.offset;
        endOffset = other.endOffset;
        sequence = other.sequence;
        term = other.term;
        checksum = other.checksum;
        length = other.length;
        contentTerm = other.contentTerm;
        contentSequence = other.contentSequence;
    }

    /** Moves to the next record. Returns false, and does not move, if there is no complete one. */
    boolean next() {
        final long at = endOffset % memoryBytes;
        if (at > memoryBytes - EntryFormat.HEADER_BYTES) {
            return false;
        }
        final int nextLength = format.length(at);
        final long nextSequence = format.sequence(at);
        final long nextTerm = format.term(at);
        final int nextChecksum = format.checksum(at);
        if (!follows(at, nextLength, nextSequence)
            || nextChecksum != format.computeChecksum(at, Math.max(0, nextLength), checksum)) {
            return false;
        }
        advance(at, nextLength, nextSequence, nextTerm, nextChecksum);
        return true;
    }

    /** Moves to the next record, which is known to be complete. */
    void nextKnown() {
        final long at = endOffset % memoryBytes;
        advance(at, format.length(at), format.sequence(at), format.term(at), format.checksum(at));
    }

    /**
     * Moves over known records that are adjacent in the memory, which one WRITE can carry.
     *
     * @param maximumBytes   bytes that the records may take; the first one may take more.
     * @param maximumRecords number of records.
     * @param lastEndOffset  end of the last record, beyond this position.
     * @return the bytes from the former {@link #endOffset} on that the records take.
     */
    long nextRun(final long maximumBytes, final int maximumRecords, final long lastEndOffset) {
        long runBytes = 0;
        for (int records = 0; records < maximumRecords && endOffset < lastEndOffset; records++) {
            final long start = endOffset;
            final int nextLength = format.length(endOffset % memoryBytes);
            final long nextBytes = bytesOf(nextLength);
            if (runBytes > 0 && runBytes + nextBytes > maximumBytes) {
                break;
            }
            nextKnown();
            runBytes += nextBytes;
            if (endOffset != start + nextBytes || endOffset % memoryBytes == 0) {
                break;
            }
        }
        return runBytes;
    }

    private boolean follows(final long at, final int nextLength, final long nextSequence) {
        return switch (nextLength) {
            case EntryFormat.GAP -> nextSequence > sequence;
            case EntryFormat.WRAP -> nextSequence == sequence && at > 0;
            case EntryFormat.BEGINNING -> nextSequence == sequence + 1;
            default -> nextLength >= 0 && nextLength <= memoryBytes - EntryFormat.HEADER_BYTES - at
                && nextSequence == sequence + 1;
        };
    }

    private void advance(
        final long at, final int newLength, final long newSequence, final long newTerm, final int newChecksum) {
        final long recordBytes = newLength == EntryFormat.WRAP ? memoryBytes - at : bytesOf(newLength);
        offset = endOffset;
        endOffset = EntryFormat.recordStart(endOffset + recordBytes, memoryBytes);
        sequence = newSequence;
        term = newTerm;
        checksum = newChecksum;
        length = newLength;
        if (newLength >= 0 || newLength == EntryFormat.BEGINNING) {
            contentTerm = newTerm;
            contentSequence = newSequence;
        }
    }

    private static long bytesOf(final int recordLength) {
        return EntryFormat.entryBytes(Math.max(0, recordLength));
    }

    /**
     * Whether there is an entry at this position: not the start, a gap, the beginning of a term or the end of memory.
     */
    boolean isEntry() {
        return length >= 0;
    }

    /** Whether there is a gap at this position. */
    boolean isGap() {
        return length == EntryFormat.GAP;
    }

    /** Length of the payload of the entry at this position. */
    int payloadBytes() {
        return length;
    }

    /** Where the payload of the entry at this position is in the memory. */
    long payloadStart() {
        return offset % memoryBytes + EntryFormat.HEADER_BYTES;
    }

    /** Where the record at this position is in the memory. */
    long start() {
        return offset % memoryBytes;
    }

    /** Number of bytes that the record at this position takes. */
    long recordBytes() {
        return bytesOf(length);
    }

    /** Offset of the next record. */
    long endOffset() {
        return endOffset;
    }

    long sequence() {
        return sequence;
    }

    long term() {
        return term;
    }

    int checksum() {
        return checksum;
    }

    /** Returns the term of the last record up to here that is not a gap. */
    long contentTerm() {
        return contentTerm;
    }

    /** Returns the number of the last record up to here that is not a gap. */
    long contentSequence() {
        return contentSequence;
    }

    /**
     * Whether the log up to here goes less far than one that has a record of this term and number. A gap does not
     * count: the other log may have what is lost here.
     */
    boolean isBehind(final long otherTerm, final long otherSequence) {
        return contentTerm != otherTerm ? contentTerm < otherTerm : contentSequence < otherSequence;
    }

    /** Whether two logs are the same up to here. The checksum covers what precedes. */
    boolean isAtSameRecord(final LogCursor other) {
        return endOffset == other.endOffset && sequence == other.sequence && term == other.term
            && checksum == other.checksum;
    }

    @Override
    public String toString() {
        return "LogCursor[sequence=" + sequence + ", term=" + term + ", end=" + endOffset + "]";
    }
}
