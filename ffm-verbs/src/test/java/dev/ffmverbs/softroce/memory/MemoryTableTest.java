// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import static dev.ffmverbs.spi.constants.AccessFlags.LOCAL_WRITE;
import static dev.ffmverbs.spi.constants.AccessFlags.REMOTE_ATOMIC;
import static dev.ffmverbs.spi.constants.AccessFlags.REMOTE_READ;
import static dev.ffmverbs.spi.constants.AccessFlags.REMOTE_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTableTest {

    private static final int DOMAIN = 3;
    private static final int ALL = LOCAL_WRITE | REMOTE_WRITE | REMOTE_READ | REMOTE_ATOMIC;

    private final Arena arena = Arena.ofShared();
    private final MemoryTable table = new MemoryTable(new Random(1));

    @AfterEach
    void freeMemory() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private RegisteredMemory register(final long bytes, final long iova, final int rights) {
        return table.register(arena.allocate(bytes, 8), iova, rights, DOMAIN);
    }

    @Test
    void findsExactlyTheRangesWithin() {
        final RegisteredMemory memory = register(100, 0x1000, ALL);
        final int key = memory.key();

        assertSame(memory, table.find(key, DOMAIN, REMOTE_READ, 0x1000, 100));
        assertSame(memory, table.find(key, DOMAIN, REMOTE_READ, 0x1063, 1));
        assertSame(memory, table.find(key, DOMAIN, 0, 0x1064, 0));
        assertNull(table.find(key, DOMAIN, REMOTE_READ, 0x1000, 101));
        assertNull(table.find(key, DOMAIN, REMOTE_READ, 0x0FFF, 1));
        assertNull(table.find(key, DOMAIN, REMOTE_READ, 0x1001, 100));
        assertNull(table.find(key, DOMAIN, REMOTE_READ, 0x1064, 1));
    }

    @Test
    void isNotFooledByLengthsAndAddressesThatOverflow() {
        final RegisteredMemory memory = register(64, 0x1000, ALL);
        final int key = memory.key();

        assertNull(table.find(key, DOMAIN, 0, 0x1000, -1L));
        assertNull(table.find(key, DOMAIN, 0, 0x1001, -1L));
        assertNull(table.find(key, DOMAIN, 0, 0x1008, Long.MIN_VALUE));
        assertNull(table.find(key, DOMAIN, 0, -1L, 2));
        assertNull(table.find(key, DOMAIN, 0, -8L, 0x1010));
        assertNull(table.find(key, DOMAIN, 0, 0x1000L - 0x10, 0x20));
    }

    @Test
    void servesMemoryAtTheVeryEndOfTheAddressSpace() {
        final RegisteredMemory memory = register(64, -64L, ALL);
        final int key = memory.key();

        assertSame(memory, table.find(key, DOMAIN, REMOTE_WRITE, -64L, 64));
        assertSame(memory, table.find(key, DOMAIN, REMOTE_WRITE, -1L, 1));
        assertNull(table.find(key, DOMAIN, REMOTE_WRITE, -1L, 2));
        assertNull(table.find(key, DOMAIN, REMOTE_WRITE, 0, 1));
        final IllegalArgumentException wraps =
            assertThrows(IllegalArgumentException.class, () -> register(65, -64L, ALL));
        assertTrue(wraps.getMessage().contains("wrap around"), wraps.getMessage());
    }

    @Test
    void needsTheRightAndTheDomain() {
        final RegisteredMemory memory = register(8, 0, REMOTE_READ);
        final int key = memory.key();

        assertSame(memory, table.find(key, DOMAIN, REMOTE_READ, 0, 8));
        assertNull(table.find(key, DOMAIN, REMOTE_WRITE, 0, 8));
        assertNull(table.find(key, DOMAIN, LOCAL_WRITE, 0, 8));
        assertNull(table.find(key, DOMAIN, REMOTE_READ | REMOTE_ATOMIC, 0, 8));
        assertNull(table.find(key, DOMAIN + 1, REMOTE_READ, 0, 8));
        assertNull(table.find(key + 1, DOMAIN, REMOTE_READ, 0, 8));
    }

    @Test
    void forgetsDeregisteredMemory() {
        final RegisteredMemory memory = register(8, 0, ALL);
        table.deregister(memory);
        table.deregister(memory);

        assertNull(table.find(memory.key(), DOMAIN, REMOTE_READ, 0, 8));
        assertEquals(0, table.size());
    }

    @Test
    void refusesWhatCannotBeRegistered() {
        final MemorySegment heap = MemorySegment.ofArray(new long[1]);
        final MemorySegment empty = arena.allocate(8).asSlice(8);
        final MemorySegment readOnly = arena.allocate(8).asReadOnly();

        assertThrows(IllegalArgumentException.class, () -> table.register(heap, 0, ALL, DOMAIN));
        assertThrows(IllegalArgumentException.class, () -> table.register(empty, 0, ALL, DOMAIN));
        assertThrows(IllegalArgumentException.class, () -> table.register(readOnly, 0, LOCAL_WRITE, DOMAIN));
        assertThrows(IllegalArgumentException.class, () -> register(8, 0, REMOTE_WRITE));
        assertThrows(IllegalArgumentException.class, () -> register(8, 0, REMOTE_ATOMIC));
        assertEquals(0, table.size());
    }

    @Test
    void givesKeysThatDoNotFollowEachOther() {
        final int first = register(8, 0, ALL).key();
        final int second = register(8, 0, ALL).key();

        assertNotEquals(first, second);
        assertTrue(Math.abs((long) first - second) > 0x1_0000, "keys " + first + " and " + second);
    }

    @Test
    void copiesAnyLengthAtAnyAlignment() {
        final MemorySegment user = arena.allocate(128, 8);
        final MemorySegment packet = arena.allocate(128, 8);
        final RegisteredMemory memory = table.register(user, 0x5003, ALL, DOMAIN);
        for (int offset = 0; offset < 16; offset++) {
            for (int length = 0; length <= 90; length++) {
                for (int packetOffset = 12; packetOffset < 20; packetOffset++) {
                    user.fill((byte) 0x11);
                    packet.fill((byte) 0x22);
                    for (int i = 0; i < length; i++) {
                        packet.set(ValueLayout.JAVA_BYTE, packetOffset + i, (byte) (i + 100));
                    }
                    assertTrue(memory.write(packet, packetOffset, 0x5003 + offset, length));
                    final long different = user.asSlice(offset, length)
                        .mismatch(packet.asSlice(packetOffset, length));
                    assertEquals(-1, different, "offset " + offset + " length " + length);
                    assertEquals(0x11, user.get(ValueLayout.JAVA_BYTE, offset + length), "byte after");
                    assertTrue(offset == 0 || user.get(ValueLayout.JAVA_BYTE, offset - 1) == 0x11, "byte before");

                    packet.fill((byte) 0x22);
                    assertTrue(memory.read(0x5003 + offset, packet, packetOffset, length));
                    assertEquals(-1, user.asSlice(offset, length).mismatch(packet.asSlice(packetOffset, length)));
                    assertEquals(0x22, packet.get(ValueLayout.JAVA_BYTE, packetOffset + length), "byte after");
                    assertEquals(0x22, packet.get(ValueLayout.JAVA_BYTE, packetOffset - 1), "byte before");
                }
            }
        }
    }

    @Test
    void runsAtomicsOnWordsOnly() {
        final MemorySegment user = arena.allocate(24, 8);
        final RegisteredMemory memory = table.register(user, 0x1000, ALL, DOMAIN);
        user.set(ValueLayout.JAVA_LONG, 8, 40);

        assertTrue(memory.isWord(0x1008));
        assertFalse(memory.isWord(0x1004));
        assertFalse(table.register(user.asSlice(4, 16), 0x1000, ALL, DOMAIN).isWord(0x1008), "word of the iova only");
        assertEquals(40, memory.fetchAdd(0x1008, 2));
        assertEquals(42, memory.compareSwap(0x1008, 41, 7));
        assertEquals(42, memory.compareSwap(0x1008, 42, 7));
        assertEquals(7, user.get(ValueLayout.JAVA_LONG, 8));
    }

    @Test
    void survivesMemoryThatWasFreedWhileRegistered() {
        final RegisteredMemory memory = register(64, 0, ALL);
        arena.close();
        final MemorySegment packet = Arena.ofAuto().allocate(64);

        assertFalse(memory.read(0, packet, 0, 64));
        assertFalse(memory.write(packet, 0, 0, 64));
        assertThrows(IllegalStateException.class, () -> memory.fetchAdd(0, 1));
    }

    @Test
    void neverTearsAWordUnderAConcurrentWriter() throws InterruptedException {
        neverTearsAWordUnderAConcurrentWriter(8);
        neverTearsAWordUnderAConcurrentWriter(32);
    }

    private void neverTearsAWordUnderAConcurrentWriter(final int words) throws InterruptedException {
        final MemorySegment user = arena.allocate(words * Long.BYTES, 8);
        final RegisteredMemory memory = table.register(user, 0, ALL, DOMAIN);
        final RegisteredMemory writersView = new MemoryTable(new Random(2)).register(user, 0, ALL, DOMAIN);
        final MemorySegment ones = arena.allocate(words * Long.BYTES + 4).fill((byte) -1);
        final MemorySegment zeros = arena.allocate(words * Long.BYTES + 4);
        final Thread writer = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                writersView.write(ones, 4, 0, words * Long.BYTES);
                writersView.write(zeros, 4, 0, words * Long.BYTES);
            }
        });
        writer.start();
        try {
            final MemorySegment packet = arena.allocate(words * Long.BYTES + 4);
            for (int round = 0; round < 50_000; round++) {
                memory.read(0, packet, 4, words * Long.BYTES);
                for (int word = 0; word < words; word++) {
                    final long value = packet.get(ValueLayout.JAVA_LONG_UNALIGNED, 4 + word * Long.BYTES);
                    assertTrue(value == 0 || value == -1, "torn word " + Long.toHexString(value));
                }
            }
        } finally {
            writer.interrupt();
            writer.join();
        }
    }

    @Test
    void aChangedRegistrationKeepsItsKeyAndNothingElse() {
        final RegisteredMemory former = register(64, 0x1000, REMOTE_READ);
        final int key = former.key();

        final RegisteredMemory changed = table.change(former, arena.allocate(32, 8), 0x2000, ALL, DOMAIN + 1);

        assertEquals(key, changed.key());
        assertEquals(1, table.size());
        assertSame(changed, table.find(key, DOMAIN + 1, ALL, 0x2000, 32));
        assertNull(table.find(key, DOMAIN, REMOTE_READ, 0x1000, 64));
        assertNull(table.find(key, DOMAIN + 1, REMOTE_READ, 0x1000, 64));
    }

    @Test
    void aRegistrationWithAWindowCannotChange() {
        final RegisteredMemory region = register(64, 0x1000, ALL | AccessFlags.MEMORY_WINDOW_BIND);
        final AllocatedWindow window = table.windows().allocate(DOMAIN, false);
        assertTrue(table.windows().bind(window.index(), 1, region.key(), 0x1000, 8, REMOTE_READ, DOMAIN, 2));

        assertThrows(IllegalStateException.class,
            () -> table.change(region, arena.allocate(64, 8), 0x1000, ALL, DOMAIN));

        assertSame(region, table.find(region.key(), DOMAIN, REMOTE_READ, 0x1000, 64));
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        final RegisteredMemory region = register(64, 0x1000, REMOTE_READ);

        assertThrows(IllegalArgumentException.class,
            () -> table.change(region, arena.allocate(64, 8), 0x1000, REMOTE_WRITE, DOMAIN));

        assertSame(region, table.find(region.key(), DOMAIN, REMOTE_READ, 0x1000, 64));
    }
}
