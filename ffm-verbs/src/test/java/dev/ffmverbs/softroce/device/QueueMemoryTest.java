// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueMemoryTest {

    private static final long[] SIZES = {8, 64, 65, 1000, QueueMemory.LARGEST_BLOCK_BYTES};

    private final QueueMemory memory = new QueueMemory();

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void aThousandQueuePairsOneAfterTheOtherShareTheBlocksOfOne() {
        for (int i = 0; i < 1000; i++) {
            try (Arena queuePair = memory.newArena()) {
                for (final long bytes : SIZES) {
                    assertEquals(bytes, queuePair.allocate(bytes, Long.BYTES).byteSize());
                }
            }
        }
        assertEquals(SIZES.length, memory.blocks());
    }

    @Test
    void aBlockThatIsUsedAgainIsZeroed() {
        try (Arena first = memory.newArena()) {
            first.allocate(100, Long.BYTES).fill((byte) 1);
        }
        try (Arena second = memory.newArena()) {
            final MemorySegment block = second.allocate(120, Long.BYTES);
            for (long i = 0; i < block.byteSize(); i++) {
                assertEquals(0, block.get(ValueLayout.JAVA_BYTE, i));
            }
        }
        assertEquals(1, memory.blocks());
    }

    @Test
    void queuePairsThatAreOpenShareNothing() {
        try (Arena one = memory.newArena(); Arena other = memory.newArena()) {
            assertNotEquals(one.allocate(64, 8).address(), other.allocate(64, 8).address());
        }
    }

    @Test
    void closingTwiceGivesBlocksBackOnce() {
        final Arena queuePair = memory.newArena();
        queuePair.allocate(64, 8);
        queuePair.close();
        queuePair.close();
        try (Arena one = memory.newArena(); Arena other = memory.newArena()) {
            assertNotEquals(one.allocate(64, 8).address(), other.allocate(64, 8).address());
        }
    }

    @Test
    void aLargeBlockIsFreedWithItsQueuePair() {
        final Arena queuePair = memory.newArena();
        final MemorySegment large = queuePair.allocate(QueueMemory.LARGEST_BLOCK_BYTES + 1, 8);
        assertTrue(large.scope().isAlive());
        queuePair.close();
        assertFalse(large.scope().isAlive());
        assertEquals(0, memory.blocks());
    }
}
