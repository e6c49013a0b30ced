// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Records in memory: CRC32C (4 bytes), length of the payload (4), sequence number (8), payload, padding to 8 bytes.
 *
 * <p>A record of length -1 is a gap: the entries up to and including its sequence number are lost. All numbers are
 * little endian. The checksum covers everything after it except the padding. Zeroed memory holds no record, because
 * sequence numbers begin at 1. Used by one thread at a time. Allocates nothing after construction.
 */
final class EntryFormat {

    static final int HEADER_BYTES = 16;

    /** Returned by {@link #payloadBytesAt} if there is no complete entry of that number. */
    static final int NONE = -1;

    private static final int GAP_LENGTH = -1;
    private static final int ALIGNMENT = 8;
    private static final long LENGTH = 4;
    private static final long SEQUENCE = 8;
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

    void write(
        final long offset, final long sequence, final MemorySegment payload, final long payloadOffset,
        final int payloadBytes) {
        memory.set(INT, offset + LENGTH, payloadBytes);
        memory.set(LONG, offset + SEQUENCE, sequence);
        MemorySegment.copy(payload, payloadOffset, memory, offset + HEADER_BYTES, payloadBytes);
        memory.set(INT, offset, checksum(offset, payloadBytes));
    }

    /** Writes a gap: all entries after the previous record, up to this number, are lost. */
    void writeGap(final long offset, final long lostUpTo) {
        memory.set(INT, offset + LENGTH, GAP_LENGTH);
        memory.set(LONG, offset + SEQUENCE, lostUpTo);
        memory.set(INT, offset, checksum(offset, 0));
    }

    /** Returns the payload length of the entry there; {@link #NONE} if there is no complete entry of that number. */
    int payloadBytesAt(final long offset, final long sequence) {
        if (!hasRoomForHeader(offset)) {
            return NONE;
        }
        final int length = memory.get(INT, offset + LENGTH);
        final boolean whole = length >= 0 && length <= memory.byteSize() - HEADER_BYTES - offset
            && memory.get(LONG, offset + SEQUENCE) == sequence && memory.get(INT, offset) == checksum(offset, length);
        return whole ? length : NONE;
    }

    /**
     * Returns the number of the last entry lost in the gap there; 0 if there is no complete gap from that number on.
     */
    long lostUpTo(final long offset, final long firstLost) {
        if (!hasRoomForHeader(offset) || memory.get(INT, offset + LENGTH) != GAP_LENGTH) {
            return 0;
        }
        final long lostUpTo = memory.get(LONG, offset + SEQUENCE);
        return lostUpTo >= firstLost && memory.get(INT, offset) == checksum(offset, 0) ? lostUpTo : 0;
    }

    private boolean hasRoomForHeader(final long offset) {
        return offset <= memory.byteSize() - HEADER_BYTES;
    }

    private int checksum(final long offset, final int payloadBytes) {
        crc.reset();
        crc.update(bytes.clear().position((int) (offset + LENGTH))
            .limit((int) (offset + HEADER_BYTES + payloadBytes)));
        return (int) crc.getValue();
    }
}
