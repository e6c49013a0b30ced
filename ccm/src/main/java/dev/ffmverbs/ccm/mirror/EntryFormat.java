// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Records in the memory of a log: CRC32C (4 bytes), length of the payload (4), sequence number (8), term (8), payload,
 * padding to 8 bytes.
 *
 * <p>A record of length -1 is a gap: the entries up to and including its sequence number are lost. A record of length
 * -2 says that the log continues at the beginning of the memory; it has the number of the record before it. A record of
 * length -3 says that its term begins; it has a number that no entry has. All numbers are little endian. The checksum
 * covers the checksum of the previous record and everything after itself except the padding. Two logs that have a
 * record in common therefore have in common what precedes it, and what an earlier process left behind is not taken for
 * the next record. Zeroed memory holds no record. Used by one thread at a time. Allocates nothing after construction.
 */
final class EntryFormat {

    static final int HEADER_BYTES = 24;
    static final int ALIGNMENT = 8;

    /** In place of a length: the entries up to this record's number are lost. */
    static final int GAP = -1;

    /** In place of a length: the next record is at the beginning of the memory. */
    static final int WRAP = -2;

    /** In place of a length: a term begins. */
    static final int BEGINNING = -3;

    private static final long LENGTH = 4;
    private static final long SEQUENCE = 8;
    private static final long TERM = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment memory;
    private final ByteBuffer bytes;
    private final CRC32C crc = new CRC32C();

    /** Reads and writes records in this memory, which must be aligned to 8 bytes and shorter than 2 GiB. */
    EntryFormat(final MemorySegment memory) {
        this.memory = memory;
        this.bytes = memory.asByteBuffer();
    }

    /** Returns the number of bytes that an entry takes. */
    static int entryBytes(final int payloadBytes) {
        return HEADER_BYTES + (payloadBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Returns where the record after one that ends there begins. The last bytes may be too few for a header. */
    static long recordStart(final long endOffset, final long memoryBytes) {
        final long room = memoryBytes - endOffset % memoryBytes;
        return room < HEADER_BYTES ? endOffset + room : endOffset;
    }

    long memoryBytes() {
        return memory.byteSize();
    }

    void write(
        final LogCursor previous, final long newTerm, final MemorySegment payload, final long payloadOffset,
        final int payloadBytes) {
        final long at = previous.endOffset() % memory.byteSize();
        MemorySegment.copy(payload, payloadOffset, memory, at + HEADER_BYTES, payloadBytes);
        writeHeader(at, payloadBytes, previous.sequence() + 1, newTerm, previous.checksum());
    }

    /** Writes a gap: all entries after the previous record, up to this number, are lost. */
    void writeGap(final LogCursor previous, final long lostUpTo) {
        final long at = previous.endOffset() % memory.byteSize();
        writeHeader(at, GAP, lostUpTo, previous.term(), previous.checksum());
    }

    /** Writes a record which says that a term begins. */
    void writeBeginning(final LogCursor previous, final long newTerm) {
        final long at = previous.endOffset() % memory.byteSize();
        writeHeader(at, BEGINNING, previous.sequence() + 1, newTerm, previous.checksum());
    }

    /** Writes a record which says that the log continues at the beginning of the memory. */
    void writeWrap(final LogCursor previous) {
        final long at = previous.endOffset() % memory.byteSize();
        writeHeader(at, WRAP, previous.sequence(), previous.term(), previous.checksum());
    }

    private void writeHeader(
        final long at, final int length, final long sequence, final long term, final int previousChecksum) {
        memory.set(INT, at + LENGTH, length);
        memory.set(LONG, at + SEQUENCE, sequence);
        memory.set(LONG, at + TERM, term);
        memory.set(INT, at, computeChecksum(at, Math.max(0, length), previousChecksum));
    }

    int length(final long at) {
        return memory.get(INT, at + LENGTH);
    }

    long sequence(final long at) {
        return memory.get(LONG, at + SEQUENCE);
    }

    long term(final long at) {
        return memory.get(LONG, at + TERM);
    }

    int checksum(final long at) {
        return memory.get(INT, at);
    }

    int computeChecksum(final long at, final int payloadBytes, final int previousChecksum) {
        crc.reset();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            crc.update(previousChecksum >>> shift);
        }
        crc.update(bytes.clear().position((int) (at + LENGTH)).limit((int) (at + HEADER_BYTES + payloadBytes)));
        return (int) crc.getValue();
    }
}
