// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The copy of the partner's log in this node's memory, as far as it is complete at a moment. The partner may add to it
 * at the same time.
 */
final class PartnersLog {

    private final MemorySegment records;
    private final LogHeader header;
    private final LogCursor end;

    private PartnersLog(final MemorySegment records, final LogHeader header, final LogCursor end) {
        this.records = records;
        this.header = header;
        this.end = end;
    }

    /**
     * Reads a copy from its first record to its last complete one, and checks each.
     *
     * @param memory the copy; null if there is none.
     */
    static PartnersLog examine(final MemorySegment memory) {
        if (memory == null) {
            final MemorySegment nothing = Arena.ofAuto().allocate(EntryFormat.HEADER_BYTES, Long.BYTES);
            return new PartnersLog(nothing, new LogHeader(), new LogCursor(nothing));
        }
        final MemorySegment headerMemory = memory.asSlice(0, LogHeader.LENGTH_BYTES);
        final MemorySegment records = memory.asSlice(LogHeader.LENGTH_BYTES);
        final LogHeader header = new LogHeader();
        final LogHeader after = new LogHeader();
        final LogCursor end = new LogCursor(records);
        boolean unchanged = false;
        while (!unchanged) {
            header.read(headerMemory);
            end.moveTo(header);
            boolean more = true;
            while (more) {
                more = end.next();
            }
            // What was trimmed meanwhile may have been overwritten before it was read.
            VarHandle.acquireFence();
            after.read(headerMemory);
            unchanged = after.isSameUpdate(header);
        }
        return new PartnersLog(records, header, end);
    }

    /** Whether the partner has ever written here. */
    boolean isThere() {
        return header.identity() != 0;
    }

    MemorySegment records() {
        return records;
    }

    LogHeader header() {
        return header;
    }

    /** A position behind the last complete record. */
    LogCursor end() {
        return end;
    }

    /**
     * Returns up to which number the copy says that entries are lost which a log may have.
     *
     * @param common the last record that this log and the copy have in common; null if there is none.
     * @return the number; 0 if nothing is lost behind that record.
     */
    long findLostUpTo(final LogCursor common) {
        final LogCursor walk = new LogCursor(records);
        walk.moveTo(header);
        if (common != null) {
            walk.moveTo(common);
        }
        long lostUpTo = 0;
        while (walk.endOffset() < end.endOffset() && walk.next()) {
            lostUpTo = walk.isGap() ? walk.sequence() : lostUpTo;
        }
        return lostUpTo;
    }
}
