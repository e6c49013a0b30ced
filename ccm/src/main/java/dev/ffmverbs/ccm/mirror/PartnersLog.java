// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

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

    /** Reads a copy from its first record to its last complete one, and checks each. */
    static PartnersLog examine(final MemorySegment memory) {
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
}
