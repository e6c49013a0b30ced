// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * The log in this node's memory: a ring of records behind a {@link LogHeader}. Trimming frees the oldest ones, and
 * their memory is used again.
 *
 * <p>All methods are called under the log's lock unless they say otherwise. Appending allocates nothing.
 */
final class LocalLog {

    private final String name;
    private final int maximumPayloadBytes;
    private final MemorySegment headerMemory;
    private final MemorySegment records;
    private final EntryFormat format;
    private final LogHeader header = new LogHeader();
    private final LogCursor written;
    private final LogCursor trimmed;
    private final LogCursor beyondTrimmed;
    private volatile long lastSequence;

    /** The number with which the present term began, and the term of the record before it. */
    private long beginning;
    private long termBefore;

    /** Uses memory for a header and records, which holds what an earlier process left there, or zeros. */
    LocalLog(final String name, final MemorySegment memory, final int maximumPayloadBytes) {
        this.name = name;
        this.maximumPayloadBytes = maximumPayloadBytes;
        this.headerMemory = memory.asSlice(0, LogHeader.LENGTH_BYTES);
        this.records = memory.asSlice(LogHeader.LENGTH_BYTES);
        this.format = new EntryFormat(records);
        this.written = new LogCursor(records);
        this.trimmed = new LogCursor(records);
        this.beyondTrimmed = new LogCursor(records);
        header.read(headerMemory);
    }

    /**
     * Finds the entries that an earlier process left in the memory. Returns false if it had not met its partner, or was
     * killed while it replaced the log.
     */
    boolean restore() {
        if (header.life() == 0 || !header.isWhole()) {
            return false;
        }
        moveToEnd(records.byteSize());
        begin(header.life() + 1, header.identity());
        return true;
    }

    /**
     * Moves behind the last complete record in memory.
     *
     * @param unknownBytes how much memory behind that record may hold something else.
     */
    void moveToEnd(final long unknownBytes) {
        written.moveTo(header);
        boolean more = true;
        while (more) {
            more = written.next();
        }
        wipeBehind(unknownBytes);
        beginning = 0;
        lastSequence = written.sequence();
    }

    /** What a killed process wrote only in part must not follow what is appended next. */
    private void wipeBehind(final long lengthBytes) {
        long left = Math.min(lengthBytes, header.endOffset() + records.byteSize() - written.endOffset());
        long start = written.endOffset() % records.byteSize();
        while (left > 0) {
            final long part = Math.min(left, records.byteSize() - start);
            records.asSlice(start, part).fill((byte) 0);
            left -= part;
            start = 0;
        }
    }

    /** Makes this the log of a new process. From now on, the memory suffices to continue it. */
    void begin(final long life, final long identity) {
        header.live(life, identity);
        header.write(headerMemory);
    }

    /** Notes that entries after the last one, up to this number, are lost. */
    void appendGap(final long lostUpTo) {
        format.writeGap(written, lostUpTo);
        written.nextKnown();
        lastSequence = written.sequence();
    }

    /** Appends the record with which a term begins, for which there is room, and returns its number. */
    long appendBeginning(final long term) {
        termBefore = written.term();
        format.writeBeginning(written, term);
        written.nextKnown();
        beginning = written.sequence();
        lastSequence = written.sequence();
        return beginning;
    }

    /** Returns the term of a record, or a higher one if the record was appended before the present term. */
    long highestTermOf(final long sequence) {
        return sequence >= beginning ? written.term() : termBefore;
    }

    LogHeader header() {
        return header;
    }

    void writeHeader() {
        header.write(headerMemory);
    }

    MemorySegment records() {
        return records;
    }

    /** A position behind the last record. */
    LogCursor lastRecord() {
        return written;
    }

    /** Returns the number of the last record. Thread-safe. */
    long lastSequence() {
        return lastSequence;
    }

    int longestEntryBytes() {
        return EntryFormat.entryBytes(maximumPayloadBytes);
    }

    void requireLength(final int payloadBytes) {
        if (payloadBytes < 0 || payloadBytes > maximumPayloadBytes) {
            throw new IllegalArgumentException("the payload has " + payloadBytes + " bytes; entries of log " + name
                + " have 0 to " + maximumPayloadBytes);
        }
    }

    /** Requires that the log has an entry of this number, or had it. */
    void requireNumber(final long after) {
        if (after < 0 || after > lastSequence) {
            throw new IllegalArgumentException("log " + name + " has entries up to " + lastSequence
                + "; it cannot be read after entry " + after);
        }
    }

    void requireTerm(final long term) {
        if (term < written.term()) {
            throw new IllegalStateException("log " + name + " has entries of term " + written.term()
                + ", and this node appends in term " + term + ": a later owner has appended since, so this node must"
                + " acquire ownership again");
        }
    }

    /** Returns where the next record begins after an entry of this length, which begins at an offset or after it. */
    long offsetAfter(final long offset, final int payloadBytes) {
        final long entryBytes = EntryFormat.entryBytes(payloadBytes);
        final long room = records.byteSize() - offset % records.byteSize();
        return EntryFormat.recordStart(room < entryBytes ? offset + room + entryBytes : offset + entryBytes,
            records.byteSize());
    }

    /** Requires that records up to this offset do not overwrite the first one that remains. */
    void requireRoomUpTo(final long endOffset, final int entries) {
        if (endOffset - header.endOffset() > records.byteSize()) {
            throw new IllegalStateException("log " + name + " is full: it holds entries " + (header.sequence() + 1)
                + " to " + lastSequence + " in " + records.byteSize() + " bytes, and " + entries
                + " more with their headers do not fit; call trim() with the number of the last entry that nobody"
                + " needs");
        }
    }

    /** Requires room for a gap and for the beginning of a term behind it. */
    void requireRoomForGap() {
        requireRoomUpTo(offsetAfter(offsetAfter(written.endOffset(), 0), 0), 2);
    }

    /** Appends an entry, for which there is room, and returns its number. */
    long append(
        final long term, final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        final long room = records.byteSize() - written.endOffset() % records.byteSize();
        if (room < EntryFormat.entryBytes(payloadBytes)) {
            format.writeWrap(written);
            written.nextKnown();
        }
        format.write(written, term, payload, payloadOffset, payloadBytes);
        written.nextKnown();
        lastSequence = written.sequence();
        return written.sequence();
    }

    /**
     * Finds the place behind an entry that is to be removed. Called by one thread at a time, without the log's lock:
     * nothing but {@link #trim} frees memory.
     *
     * @return whether there is anything to remove.
     */
    boolean prepareTrim(final long upTo) {
        if (upTo < 0 || upTo > lastSequence) {
            throw new IllegalArgumentException("log " + name + " cannot be trimmed up to entry " + upTo
                + "; it has entries up to " + lastSequence);
        }
        trimmed.moveTo(header);
        while (trimmed.sequence() < upTo) {
            beyondTrimmed.moveTo(trimmed);
            beyondTrimmed.nextKnown();
            if (beyondTrimmed.sequence() > upTo) {
                break;
            }
            trimmed.moveTo(beyondTrimmed);
        }
        return trimmed.endOffset() > header.endOffset();
    }

    /** Frees the memory up to the place that {@link #prepareTrim} has found. */
    void trim() {
        header.beginAfter(trimmed);
        header.write(headerMemory);
    }

    @Override
    public String toString() {
        return "LocalLog[" + name + ", " + header + ", " + written + "]";
    }
}
