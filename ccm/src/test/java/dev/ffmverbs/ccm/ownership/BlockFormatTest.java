// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockFormatTest {

    private static final int SEEDS = 2_000;

    private final MemorySegment memory = Arena.ofAuto().allocate(BlockFormat.LENGTH_BYTES, 64);
    private final BlockFormat format = new BlockFormat(memory);

    private static OwnershipWord word(final RandomGenerator random) {
        return random.nextInt(4) == 0 ? OwnershipWord.NONE
            : new OwnershipWord(1 + (random.nextLong() >>> 2) / 2, random.nextInt(2));
    }

    private static OwnershipBlock block(final RandomGenerator random) {
        return new OwnershipBlock(word(random), word(random), word(random), word(random), word(random),
            random.nextBoolean(), random.nextBoolean(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    @Test
    void whatIsWrittenIsRead() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final OwnershipBlock block = block(RandomGeneratorFactory.getDefault().create(seed));
            format.write(block);
            assertEquals(block, format.read(), "seed " + seed);
        }
    }

    @Test
    void memoryThatWasNeverWrittenAndAnyChangedByteAreNotRead() {
        assertNull(format.read());
        for (long seed = 0; seed < SEEDS; seed++) {
            final RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
            format.write(block(random));
            final long place = random.nextLong(BlockFormat.LENGTH_BYTES);
            memory.set(ValueLayout.JAVA_BYTE, place,
                (byte) (memory.get(ValueLayout.JAVA_BYTE, place) ^ 1 + random.nextInt(255)));
            assertNull(format.read(), "seed " + seed + ", byte " + place);
        }
    }

    @Test
    void twoBlocksMixedByATornReadAreNotReadAsAThird() {
        final MemorySegment otherMemory = Arena.ofAuto().allocate(BlockFormat.LENGTH_BYTES, 64);
        final BlockFormat other = new BlockFormat(otherMemory);
        for (long seed = 0; seed < SEEDS; seed++) {
            final RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
            final OwnershipBlock first = block(random);
            final OwnershipBlock second = block(random);
            format.write(first);
            other.write(second);
            final long split = 8 * random.nextLong(1, 9);
            MemorySegment.copy(otherMemory, 0, memory, 0, split);
            final OwnershipBlock mixed = format.read();
            assertTrue(mixed == null || mixed.equals(first) || mixed.equals(second),
                "seed " + seed + ", split at " + split + ": " + mixed);
        }
    }

    @Test
    void wordsThatAreNoneAreNotReadEvenIfTheChecksumIsRight() {
        final OwnershipBlock none = new OwnershipBlock(OwnershipWord.NONE, OwnershipWord.NONE, OwnershipWord.NONE,
            OwnershipWord.NONE, OwnershipWord.NONE, false, false, 1, 1, 1);
        format.write(none);
        assertEquals(none, format.read());
        for (final long bits : new long[] {1, -1, Long.MIN_VALUE}) {
            format.write(none);
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 16, bits);
            final CRC32C crc = new CRC32C();
            crc.update(memory.asSlice(0, 68).asByteBuffer());
            memory.set(ValueLayout.JAVA_INT_UNALIGNED, 68, (int) crc.getValue());
            assertNull(format.read(), "bits " + bits);
        }
    }
}
