// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where the fields of an {@link OwnershipBlock} are in the memory that the partner READs. One object serves one place.
 *
 * <p>Layout, little endian, 72 bytes: the bits of the words agreed with, owned, won, released and highest (8 bytes
 * each), clock (8), lease (8), number of the store (8), flags and version (4), CRC32C of what precedes (4). The word
 * agreed with is one aligned number, and is withdrawn before anything else is written.
 */
final class BlockFormat {

    static final int LENGTH_BYTES = 72;

    private static final int VERSION = 0x4F57_0200;
    private static final int WINNING = 1;
    private static final int OFFERING = 2;
    private static final int FLAGS = WINNING | OFFERING;
    private static final int CHECKED_BYTES = 68;
    private static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment memory;
    private final ByteBuffer checkedBytes;
    private final CRC32C crc = new CRC32C();

    BlockFormat(final MemorySegment memory) {
        this.memory = memory;
        this.checkedBytes = memory.asSlice(0, CHECKED_BYTES).asByteBuffer();
    }

    private int checksum() {
        crc.reset();
        crc.update(checkedBytes.rewind());
        return (int) crc.getValue();
    }

    void write(final OwnershipBlock block) {
        if (memory.get(LONG, 0) != block.agreed().bits()) {
            memory.set(LONG, 0, 0);
            VarHandle.fullFence();
        }
        memory.set(LONG, 8, block.owned().bits());
        memory.set(LONG, 16, block.won().bits());
        memory.set(LONG, 24, block.released().bits());
        memory.set(LONG, 32, block.highest().bits());
        memory.set(LONG, 40, block.clockNs());
        memory.set(LONG, 48, block.leaseNs());
        memory.set(LONG, 56, block.storeNumber());
        memory.set(INT, 64, VERSION | (block.isWinning() ? WINNING : 0) | (block.isOffering() ? OFFERING : 0));
        VarHandle.fullFence();
        memory.set(LONG, 0, block.agreed().bits());
        memory.set(INT, CHECKED_BYTES, checksum());
        VarHandle.fullFence();
    }

    /** Returns the block; null if it is torn, was never written, or is of another version. */
    OwnershipBlock read() {
        final int flags = memory.get(INT, 64);
        if ((flags & ~FLAGS) != VERSION || memory.get(INT, CHECKED_BYTES) != checksum()) {
            return null;
        }
        for (long offset = 0; offset < 40; offset += Long.BYTES) {
            if (memory.get(LONG, offset) < 0 || memory.get(LONG, offset) == 1) {
                return null;
            }
        }
        return new OwnershipBlock(word(0), word(8), word(16), word(24), word(32), (flags & WINNING) != 0,
            (flags & OFFERING) != 0, memory.get(LONG, 40), memory.get(LONG, 48), memory.get(LONG, 56));
    }

    private OwnershipWord word(final long offset) {
        return OwnershipWord.ofBits(memory.get(LONG, offset));
    }
}
