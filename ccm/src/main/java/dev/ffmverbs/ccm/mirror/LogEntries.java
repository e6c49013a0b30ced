// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Iterates over the entries of a log in memory, and follows it as entries are added.
 *
 * <p>Used by one thread. The memory may be written to at the same time. An entry becomes visible when it is complete.
 * {@link #next} and {@link #awaitNext} may be called again after they have returned false. They allocate nothing.
 */
public final class LogEntries {

    private static final int NO_PAYLOAD = -1;

    private final MemorySegment headerMemory;
    private final MemorySegment records;
    private final LogHeader header = new LogHeader();
    private final LogCursor cursor;
    private final EntrySource source;
    private final long passOver;
    private long branch;
    private long readable;
    private long lostBefore;
    private long lostSinceEntry;
    private long payloadStart;
    private int payloadBytes = NO_PAYLOAD;

    private LogEntries(final MemorySegment memory, final EntrySource source, final long passOver) {
        final MemorySegment readOnly = memory.asReadOnly();
        this.headerMemory = readOnly.asSlice(0, LogHeader.LENGTH_BYTES);
        this.records = readOnly.asSlice(LogHeader.LENGTH_BYTES);
        this.cursor = new LogCursor(records);
        this.source = source;
        this.passOver = passOver;
        header.read(headerMemory);
        this.branch = header.branch();
    }

    /** Begins before the first entry that remains. The memory holds a header and records. */
    static LogEntries all(final MemorySegment memory, final EntrySource source) {
        final LogEntries entries = new LogEntries(memory, source, 0);
        entries.cursor.moveTo(entries.header);
        return entries;
    }

    /** Begins behind an entry. If the next one was trimmed, {@link #next} says so. */
    static LogEntries after(final long sequence, final MemorySegment memory, final EntrySource source) {
        final LogEntries entries = new LogEntries(memory, source, sequence);
        if (entries.header.sequence() <= sequence) {
            entries.cursor.moveTo(entries.header);
        }
        return entries;
    }

    /**
     * Moves to the next entry.
     *
     * @return false if there is none yet.
     * @throws EntriesTrimmedException if the next entry was trimmed. The position is then before the first entry that
     *                                 remains, and the next call moves to it.
     * @throws LogReplacedException    if the entry at this position is no longer in the log, because a later owner has
     *                                 continued without it.
     */
    public boolean next() {
        while (isReadable()) {
            final long before = cursor.sequence();
            if (cursor.next()) {
                if (noteRecord(before)) {
                    return true;
                }
            } else if (!leaveTrimmed()) {
                return false;
            }
        }
        return false;
    }

    private boolean isReadable() {
        if (cursor.sequence() >= readable) {
            readable = source.lastReadable();
            if (cursor.sequence() > readable) {
                requireInLog();
            }
        }
        return cursor.sequence() < readable;
    }

    /** Requires that the log has what was read of it, if it was replaced meanwhile. */
    private void requireInLog() {
        readHeader();
        if (header.branch() != branch) {
            final LogCursor walk = new LogCursor(records);
            walk.moveTo(header);
            boolean more = true;
            while (more && walk.endOffset() < cursor.endOffset()) {
                more = walk.next();
            }
            if (cursor.endOffset() > 0 && !walk.isAtSameRecord(cursor)) {
                payloadBytes = NO_PAYLOAD;
                throw new LogReplacedException(cursor.sequence());
            }
            branch = header.branch();
        }
    }

    /** Returns whether the record at the cursor is an entry that the reader has not passed. */
    private boolean noteRecord(final long before) {
        if (cursor.isGap()) {
            lostSinceEntry += Math.max(0, cursor.sequence() - Math.max(before, passOver));
        }
        if (cursor.sequence() != before) {
            payloadBytes = NO_PAYLOAD;
        }
        if (!cursor.isEntry() || cursor.sequence() <= passOver) {
            return false;
        }
        payloadStart = cursor.payloadStart();
        payloadBytes = cursor.payloadBytes();
        lostBefore = lostSinceEntry;
        lostSinceEntry = 0;
        return true;
    }

    /** Moves to the first record that remains, if the position was trimmed. Returns whether it was. */
    private boolean leaveTrimmed() {
        requireInLog();
        if (header.endOffset() <= cursor.endOffset()) {
            return false;
        }
        final long lastRead = Math.max(passOver, cursor.sequence());
        cursor.moveTo(header);
        lostSinceEntry = 0;
        payloadBytes = NO_PAYLOAD;
        if (header.sequence() > lastRead) {
            throw new EntriesTrimmedException(lastRead, header.sequence() + 1);
        }
        return true;
    }

    private void readHeader() {
        // What was read of the records must have been read before the header that says whether they remain.
        VarHandle.acquireFence();
        header.read(headerMemory);
    }

    /**
     * Moves to the next entry, and waits for it if there is none yet.
     *
     * <p>A reader of this node's log is woken when an entry is added. A reader of the partner's entries looks for them
     * repeatedly, because the partner WRITEs them without any code of this node; while nothing is added, it looks 20
     * 000 times a second at most.
     *
     * @param limit longest time to wait; zero or less looks once.
     * @return false if there was none in time; also if this node's log is closed, or if the thread is interrupted, and
     *     its interrupt status remains set.
     * @throws EntriesTrimmedException as for {@link #next}.
     * @throws LogReplacedException    likewise.
     */
    public boolean awaitNext(final Duration limit) {
        final long limitNs = Math.max(0, TimeUnit.NANOSECONDS.convert(limit));
        final long startNs = System.nanoTime();
        int looks = 0;
        while (!next()) {
            final long leftNs = limitNs - (System.nanoTime() - startNs);
            if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (!source.awaitMore(cursor.sequence(), looks, leftNs)) {
                return next();
            }
            looks = Math.min(looks + 1, MirrorPort.LOOKS_BEFORE_YIELDING);
        }
        return true;
    }

    /**
     * Returns the number of the last entry up to this position. Numbers grow from 1. They are consecutive, except that
     * a number is passed over where a term begins ({@link MirroredLog#continueInTerm}), and that those of lost entries
     * are not reused.
     *
     * @return from 1; before the first entry, the number of the last one that was trimmed, or 0; after {@link
     *     #next} has returned false, it may also be the number with which a term began.
     */
    public long sequence() {
        return cursor.sequence();
    }

    /**
     * Returns the term in which the entry at this position was appended.
     *
     * @return the term of its owner; 0 if the log is used without ownership.
     */
    public long term() {
        return cursor.term();
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
     * @return a read-only view of the log's memory. When the entry is trimmed, later entries overwrite it; ask {@link
     *     #isTrimmed} after reading if entries may be trimmed meanwhile.
     * @throws IllegalStateException before the first entry, and at a gap.
     */
    public MemorySegment payload() {
        if (payloadBytes == NO_PAYLOAD) {
            throw new IllegalStateException(cursor.isGap()
                ? "the entries up to " + cursor.sequence() + " are lost; call next() first"
                : "there is no entry here; call next() first");
        }
        return records.asSlice(payloadStart, payloadBytes);
    }

    /**
     * Whether the entry at this position was trimmed, so that its payload may be overwritten.
     *
     * @return false if what was read of the payload before this call is the entry's.
     * @throws LogReplacedException as for {@link #next}.
     */
    public boolean isTrimmed() {
        requireInLog();
        return header.sequence() >= cursor.sequence();
    }

    @Override
    public String toString() {
        return "LogEntries at " + cursor.sequence()
            + (payloadBytes == NO_PAYLOAD ? "" : " (" + payloadBytes + " bytes)");
    }
}
