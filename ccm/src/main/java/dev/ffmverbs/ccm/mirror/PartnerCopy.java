// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * Finds out by READs what a partner's copy holds, before anything is written to it over a new port.
 *
 * <p>Used by the client's thread, without the log's lock: {@link #compare} examines only what was in the log when it
 * began, which does not change. Needs no memory except the slots of the port.
 */
final class PartnerCopy {

    private static final long CHUNK_BYTES = 1 << 18;

    private final MirrorPort port;
    private final MemorySegment log;
    private final int longestEntryBytes;
    private LogEntries held;
    private long lackedUpTo;

    PartnerCopy(final MirrorPort port, final MemorySegment log, final int longestEntryBytes) {
        this.port = port;
        this.log = log;
        this.longestEntryBytes = longestEntryBytes;
    }

    /** Returns a position after the last record that the copy and the log have in common. */
    LogEntries heldPosition() {
        return held;
    }

    /** Returns the number of the last entry that the copy may lack, according to its header; 0 if it was complete. */
    long lackedUpTo() {
        return lackedUpTo;
    }

    /** Takes the copy over into a new log and prepares it for more. Returns false if the port has failed. */
    boolean recover() {
        lackedUpTo = port.readLackedUpTo();
        if (lackedUpTo == MirrorPort.FAILED) {
            return false;
        }
        held = new LogEntries(log);
        long readBytes = 0;
        long wantedBytes = longestEntryBytes;
        while (readBytes < wantedBytes) {
            final long part = Math.min(Math.max(CHUNK_BYTES, wantedBytes - readBytes), log.byteSize() - readBytes);
            if (!port.read(log, readBytes, part)) {
                return false;
            }
            readBytes += part;
            while (held.nextRecord()) {
                wantedBytes = Math.min(log.byteSize(), held.endOffset() + longestEntryBytes);
            }
        }
        log.asSlice(held.endOffset(), tailBytes()).fill((byte) 0);
        return prepare(lackedUpTo);
    }

    /**
     * Finds how far the copy equals the log and prepares it for more. Returns false if the port has failed.
     *
     * @param endOffset                   end of the log's last record.
     * @param highestAcknowledgedSequence the last entry ever acknowledged.
     */
    boolean compare(final long endOffset, final long highestAcknowledgedSequence) {
        final long mismatch = port.findMismatch(log, endOffset);
        if (mismatch == MirrorPort.FAILED) {
            return false;
        }
        held = new LogEntries(log);
        final LogEntries candidate = new LogEntries(log);
        while (candidate.endOffset() < endOffset && candidate.nextRecord() && candidate.endOffset() <= mismatch) {
            held.nextRecord();
        }
        return prepare(highestAcknowledgedSequence > held.sequence() ? highestAcknowledgedSequence : 0);
    }

    /** A partial write of a killed node must not be taken for an entry after those that follow. */
    private boolean prepare(final long newLackedUpTo) {
        return port.prepare(newLackedUpTo, held.endOffset(), tailBytes());
    }

    private long tailBytes() {
        return Math.min(longestEntryBytes, log.byteSize() - held.endOffset());
    }
}
