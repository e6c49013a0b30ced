// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes in front of a copy's first entry. They hold the highest number of an acknowledged entry that the copy may
 * lack.
 *
 * <p>The appending node writes the number before it brings an empty or short copy up to date, and zero when the copy is
 * complete again. A node that restarts in between finds the number and knows that the copy is incomplete.
 *
 * <p>Layout, little endian: CRC32C of what follows (4 bytes), version (4), number (8). All zeros mean a complete copy.
 */
final class CopyHeader {

    /** One cache line, which keeps entries aligned and a WRITE of the header untorn. */
    static final int LENGTH_BYTES = 64;

    private static final int USED_BYTES = 16;
    private static final int VERSION = 1;
    private static final long VERSION_OFFSET = 4;
    private static final long NUMBER_OFFSET = 8;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private CopyHeader() {
    }

    /** Writes a header which says that the copy may lack entries up to this number. Writes zeros if the number is 0. */
    static void write(final MemorySegment header, final long lackedUpTo) {
        header.asSlice(0, LENGTH_BYTES).fill((byte) 0);
        if (lackedUpTo > 0) {
            header.set(INT, VERSION_OFFSET, VERSION);
            header.set(LONG, NUMBER_OFFSET, lackedUpTo);
            header.set(INT, 0, checksum(header));
        }
    }

    /**
     * Returns the number of the last entry that the copy may lack; 0 if the copy is complete or the header is damaged.
     */
    static long readLackedUpTo(final MemorySegment header) {
        final boolean valid = header.get(INT, VERSION_OFFSET) == VERSION && header.get(INT, 0) == checksum(header);
        return valid ? Math.max(0, header.get(LONG, NUMBER_OFFSET)) : 0;
    }

    private static int checksum(final MemorySegment header) {
        final CRC32C crc = new CRC32C();
        crc.update(header.asSlice(VERSION_OFFSET, USED_BYTES - VERSION_OFFSET).asByteBuffer());
        return (int) crc.getValue();
    }
}
