// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRC32C of one range of memory, any number of times, without allocating. */
final class RangeChecksum {

    private final ByteBuffer range;
    private final CRC32C crc = new CRC32C();

    RangeChecksum(final MemorySegment memory, final long fromOffset, final long toOffset) {
        this.range = memory.asSlice(fromOffset, toOffset - fromOffset).asByteBuffer();
    }

    int compute() {
        crc.reset();
        crc.update(range.rewind());
        return (int) crc.getValue();
    }
}
