// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Memory with known content. Tests can check every byte that arrives or must not change. */
final class TestMemory {

    private TestMemory() {
    }

    /** Fills a segment with bytes derived from the seed. */
    static void fill(final MemorySegment memory, final long seed) {
        final byte[] bytes = new byte[(int) memory.byteSize()];
        new Random(seed).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Allocates a region filled with bytes derived from the seed. The side closes it. */
    static MemoryRegion region(
        final ConnectedPair.Side side, final long lengthBytes, final long seed, final Access... access) {
        final MemoryRegion region = side.opens(side.domain.allocate(lengthBytes, access));
        fill(region.segment(), seed);
        return region;
    }

    /** Allocates a region of zeros. The side closes it. */
    static MemoryRegion zeros(final ConnectedPair.Side side, final long lengthBytes, final Access... access) {
        return side.opens(side.domain.allocate(lengthBytes, access));
    }

    /** Expects two regions to have the same bytes. */
    static void assertSame(
        final MemoryRegion expected, final long expectedOffset, final MemoryRegion actual, final long actualOffset,
        final long lengthBytes) {
        assertEquals(-1, MemorySegment.mismatch(
            expected.segment(), expectedOffset, expectedOffset + lengthBytes,
            actual.segment(), actualOffset, actualOffset + lengthBytes), "first byte that differs");
    }

    /** Expects bytes that have not been written. */
    static void assertZero(final MemoryRegion region, final long offset, final long lengthBytes) {
        for (long index = offset; index < offset + lengthBytes; index++) {
            assertEquals(0, region.segment().get(ValueLayout.JAVA_BYTE, index), "byte " + index);
        }
    }
}
