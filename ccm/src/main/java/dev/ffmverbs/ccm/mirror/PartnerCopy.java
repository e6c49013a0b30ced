// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out by READs what a partner's copy holds, before anything is written to it over a new port.
 *
 * <p>Used by the client's thread, without the log's lock: {@link #compare} verifies each record that it examines, so a
 * log that is appended to and trimmed meanwhile does no harm. Needs no memory except the slots of the port.
 */
final class PartnerCopy {

    /** Bytes of the copy that are read or compared at a time. */
    static final long CHUNK_BYTES = 1 << 18;

    /** Distance of the records that are compared first. Longer than any WRITE. */
    private static final long STEP_BYTES = 2 << 20;

    private final CopyPort port;
    private final LocalLog local;
    private final MemorySegment records;
    private final LogHeader header = new LogHeader();
    private final LogCursor held;

    PartnerCopy(final CopyPort port, final LocalLog local) {
        this.port = port;
        this.local = local;
        this.records = local.records();
        this.held = new LogCursor(records);
    }

    /** READs the copy's header. Returns false if the port has failed. */
    boolean readHeader() {
        return port.readHeader(header);
    }

    /** Returns the header that the copy has. */
    LogHeader header() {
        return header;
    }

    /** Whether the copy was complete and belongs to the same sequence of records as a log. */
    boolean hasLostNothingOf(final LogHeader log) {
        return header.isWhole() && header.identity() == log.identity() && header.branch() == log.branch();
    }

    /** Returns a position behind the last record that the copy and the log have in common. */
    LogCursor heldPosition() {
        return held;
    }

    /** Takes the copy over into a new log and prepares it for more. Returns false if the port has failed. */
    boolean recover() {
        local.header().follow(header);
        local.header().live(header.life() + 1,
            header.identity() == 0 ? LogHeader.newIdentity() : header.identity());
        held.moveTo(header);
        final long limit = header.endOffset() + records.byteSize();
        long readUpTo = header.endOffset();
        long wanted = readUpTo + local.longestEntryBytes();
        while (readUpTo < Math.min(wanted, limit)) {
            final long start = readUpTo % records.byteSize();
            final long part = Math.min(Math.min(Math.max(CHUNK_BYTES, wanted - readUpTo), limit - readUpTo),
                records.byteSize() - start);
            if (!port.read(records, start, part)) {
                return false;
            }
            readUpTo += part;
            while (held.next()) {
                wanted = held.endOffset() + local.longestEntryBytes();
            }
        }
        return prepare(local.header(), new LogPosition(header.lackedTerm(), header.lackedUpTo()));
    }

    /**
     * Finds how far the copy equals the log and prepares it for more. Returns false if the port has failed.
     *
     * @param begin    the log's header.
     * @param required the last entry ever acknowledged.
     */
    boolean compare(final LogHeader begin, final LogPosition required) {
        held.moveTo(begin);
        // A copy that begins later than the log may have overwritten what is before.
        final boolean mayHaveAll = header.endOffset() <= begin.endOffset();
        if (header.identity() != 0 && !((!mayHaveAll || findStart()) && compareFromHere())) {
            return false;
        }
        return prepare(begin, required.sequence() > held.sequence() ? required : LogPosition.NONE);
    }

    /**
     * Moves forward as far as single records show that the copy has what the log has. A record that both have, with the
     * checksum that covers its predecessors, means that both have all before it, up to the WRITE that carried it.
     * Returns false if the port has failed.
     */
    private boolean findStart() {
        final List<LogCursor> marks = new ArrayList<>();
        final LogCursor walk = new LogCursor(held);
        long next = walk.endOffset() + STEP_BYTES;
        while (walk.next()) {
            if (walk.endOffset() >= next) {
                marks.add(new LogCursor(walk));
                next = walk.endOffset() + STEP_BYTES;
            }
        }
        int low = 0;
        int high = marks.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            final long equal = port.findMismatch(records, marks.get(middle).start(), EntryFormat.HEADER_BYTES);
            if (equal == CopyPort.FAILED) {
                return false;
            }
            if (equal == EntryFormat.HEADER_BYTES) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low > 1) {
            held.moveTo(marks.get(low - 2));
        }
        return true;
    }

    /** Compares record by record until the copy differs. Returns false if the port has failed. */
    private boolean compareFromHere() {
        final LogCursor run = new LogCursor(held);
        while (true) {
            final long start = held.endOffset() % records.byteSize();
            final long lengthBytes = nextVerifiedRun(run);
            final long equal = port.findMismatch(records, start, lengthBytes);
            if (equal == CopyPort.FAILED) {
                return false;
            }
            if (lengthBytes == 0 || equal < lengthBytes) {
                moveHeldOver(equal);
                return true;
            }
            held.moveTo(run);
        }
    }

    /** Moves over verified records that are adjacent in memory, and returns how many bytes they take. */
    private long nextVerifiedRun(final LogCursor run) {
        final long start = run.endOffset();
        long runBytes = 0;
        while (runBytes < CHUNK_BYTES && run.next()) {
            runBytes += run.recordBytes();
            if (run.endOffset() != start + runBytes || run.endOffset() % records.byteSize() == 0) {
                break;
            }
        }
        return runBytes;
    }

    private void moveHeldOver(final long equalBytes) {
        final LogCursor candidate = new LogCursor(held);
        long left = equalBytes;
        while (left > 0 && candidate.next() && candidate.recordBytes() <= left) {
            left -= candidate.recordBytes();
            held.moveTo(candidate);
        }
    }

    /**
     * Tells the copy where the log begins and which entries it may lack. What a killed node has written only in part is
     * wiped, so that it is not taken for an entry after those that follow.
     */
    private boolean prepare(final LogHeader begin, final LogPosition lacked) {
        header.follow(begin);
        header.lackUpTo(lacked.term(), lacked.sequence());
        port.writeHeader(header, held.sequence());
        long left = Math.min(port.slotBytes(), begin.endOffset() + records.byteSize() - held.endOffset());
        long start = held.endOffset() % records.byteSize();
        while (left > 0) {
            final long part = Math.min(left, records.byteSize() - start);
            port.wipe(start, part);
            left -= part;
            start = 0;
        }
        return port.drain();
    }
}
