// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import static dev.ffmverbs.spi.constants.AccessFlags.LOCAL_WRITE;
import static dev.ffmverbs.spi.constants.AccessFlags.MEMORY_WINDOW_BIND;
import static dev.ffmverbs.spi.constants.AccessFlags.REMOTE_READ;
import static dev.ffmverbs.spi.constants.AccessFlags.REMOTE_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which memory the key of a window opens, to whom, and for how long. */
class WindowTableTest {

    private static final int DOMAIN = 3;
    private static final int QUEUE_PAIR = 17;
    private static final long IOVA = 0x1000;
    private static final int BYTES = 256;

    private final Arena arena = Arena.ofConfined();
    private final MemoryTable table = new MemoryTable(new Random(1));
    private final WindowTable windows = table.windows();
    private final RegisteredMemory region = register(LOCAL_WRITE | MEMORY_WINDOW_BIND);

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    private RegisteredMemory register(final int rights) {
        return table.register(arena.allocate(BYTES, 8), IOVA, rights, DOMAIN);
    }

    private boolean bind(final AllocatedWindow window, final int newKey, final long address, final long bytes) {
        return windows.bind(
            window.index(), newKey, region.key(), address, bytes, REMOTE_WRITE, DOMAIN, QUEUE_PAIR);
    }

    private RegisteredMemory find(final int key, final int rights, final long address, final long bytes) {
        return table.findForPeer(key, DOMAIN, QUEUE_PAIR, rights, address, bytes);
    }

    @Test
    void opensExactlyItsPartWithItsRights() {
        final AllocatedWindow window = windows.allocate(DOMAIN, false);
        final int key = AllocatedWindow.nextKey(window.key());
        assertTrue(bind(window, key, IOVA + 16, 32));

        assertNotNull(find(key, REMOTE_WRITE, IOVA + 16, 32));
        assertNotNull(find(key, REMOTE_WRITE, IOVA + 47, 1));
        assertNull(find(key, REMOTE_WRITE, IOVA + 15, 1));
        assertNull(find(key, REMOTE_WRITE, IOVA + 16, 33));
        assertNull(find(key, REMOTE_WRITE, IOVA + 48, 1));
        assertNull(find(key, REMOTE_READ, IOVA + 16, 1), "a right it was not bound with");
        assertNull(table.findForPeer(key, DOMAIN + 1, QUEUE_PAIR, REMOTE_WRITE, IOVA + 16, 1), "another domain");
        assertNull(find(region.key(), REMOTE_WRITE, IOVA + 16, 1), "the region grants peers nothing");
    }

    @Test
    void isOpenToPeersOnly() {
        final AllocatedWindow window = windows.allocate(DOMAIN, false);
        assertTrue(bind(window, window.key(), IOVA, 8));

        assertNull(table.find(window.key(), DOMAIN, 0, IOVA, 8), "a request of this device names no window");
        assertNotNull(table.find(region.key(), DOMAIN, 0, IOVA, 8));
    }

    @Test
    void aWindowOfType2BelongsToTheQueuePairThatBoundIt() {
        final AllocatedWindow any = windows.allocate(DOMAIN, false);
        final AllocatedWindow own = windows.allocate(DOMAIN, true);
        assertTrue(bind(any, any.key(), IOVA, 8));
        assertTrue(bind(own, own.key(), IOVA, 8));

        assertNotNull(table.findForPeer(any.key(), DOMAIN, QUEUE_PAIR + 1, REMOTE_WRITE, IOVA, 8));
        assertNull(table.findForPeer(own.key(), DOMAIN, QUEUE_PAIR + 1, REMOTE_WRITE, IOVA, 8));
        assertFalse(windows.invalidate(own.key(), DOMAIN, QUEUE_PAIR + 1));
        assertFalse(windows.invalidate(own.key(), DOMAIN + 1, QUEUE_PAIR));
        assertNotNull(find(own.key(), REMOTE_WRITE, IOVA, 8));
        windows.unbindAllOf(QUEUE_PAIR + 1);
        assertNotNull(find(own.key(), REMOTE_WRITE, IOVA, 8));

        windows.unbindAllOf(QUEUE_PAIR);

        assertNull(find(own.key(), REMOTE_WRITE, IOVA, 8));
        assertNotNull(find(any.key(), REMOTE_WRITE, IOVA, 8));
        assertEquals(1, region.windows());
    }

    @Test
    void theUserChoosesTheLowerEightBitsOfTheKey() {
        final AllocatedWindow window = windows.allocate(DOMAIN, true);
        assertEquals(window.index(), window.key() >>> 8);

        assertTrue(bind(window, 0x1234_56AB, IOVA, 8));

        assertEquals(window.index() << 8 | 0xAB, window.key());
        assertNotNull(find(window.key(), REMOTE_WRITE, IOVA, 8));
        assertNull(find(0x1234_56AB, REMOTE_WRITE, IOVA, 8));
        assertEquals(window.index() << 8 | 0xAC, AllocatedWindow.nextKey(window.key()));
        assertEquals(window.index() << 8, AllocatedWindow.nextKey(window.index() << 8 | 0xFF));
    }

    @Test
    void aWindowOfType1MovesAndAWindowOfType2DoesNot() {
        final AllocatedWindow moving = windows.allocate(DOMAIN, false);
        final AllocatedWindow staying = windows.allocate(DOMAIN, true);
        final int former = moving.key();
        assertTrue(bind(moving, former, IOVA, 8));
        assertTrue(bind(staying, staying.key(), IOVA, 8));

        assertTrue(bind(moving, former + 1, IOVA + 8, 8));
        assertFalse(bind(staying, staying.key() + 1, IOVA + 8, 8));

        assertNull(find(former, REMOTE_WRITE, IOVA, 8));
        assertNotNull(find(moving.key(), REMOTE_WRITE, IOVA + 8, 8));
        assertNotNull(find(staying.key(), REMOTE_WRITE, IOVA, 8));
        assertTrue(bind(moving, 0, 0, 0), "an empty part unbinds it");
        assertNull(find(moving.key(), REMOTE_WRITE, IOVA + 8, 8));
        assertFalse(windows.invalidate(moving.key(), DOMAIN, QUEUE_PAIR), "type 1");
        assertTrue(windows.invalidate(staying.key(), DOMAIN, QUEUE_PAIR));
        assertNull(find(staying.key(), REMOTE_WRITE, IOVA, 8));
        assertFalse(bind(staying, 0, IOVA, 0), "an empty part, type 2");
        assertTrue(bind(staying, 0, IOVA, 8), "it was invalidated");
    }

    @Test
    void refusesWhatTheRegionDoesNotAllow() {
        final AllocatedWindow window = windows.allocate(DOMAIN, true);
        final RegisteredMemory closed = register(LOCAL_WRITE | REMOTE_WRITE);
        final RegisteredMemory readOnly = register(MEMORY_WINDOW_BIND | REMOTE_READ);
        final int index = window.index();

        assertFalse(windows.bind(index, 0, closed.key(), IOVA, 8, REMOTE_WRITE, DOMAIN, QUEUE_PAIR));
        assertFalse(windows.bind(index, 0, readOnly.key(), IOVA, 8, REMOTE_WRITE, DOMAIN, QUEUE_PAIR));
        assertFalse(windows.bind(index, 0, region.key(), IOVA, 8, LOCAL_WRITE, DOMAIN, QUEUE_PAIR));
        assertFalse(windows.bind(index, 0, region.key(), IOVA, 8, REMOTE_WRITE, DOMAIN + 1, QUEUE_PAIR));
        assertFalse(windows.bind(index + 1, 0, region.key(), IOVA, 8, REMOTE_WRITE, DOMAIN, QUEUE_PAIR));
        assertFalse(windows.bind(index, 0, region.key() + 1, IOVA, 8, REMOTE_WRITE, DOMAIN, QUEUE_PAIR));
        assertFalse(bind(window, 0, IOVA - 1, 8));
        assertFalse(bind(window, 0, IOVA, BYTES + 1));
        assertFalse(bind(window, 0, IOVA + 8, -1L));
        assertTrue(windows.bind(index, 0, readOnly.key(), IOVA, 8, REMOTE_READ, DOMAIN, QUEUE_PAIR));
        assertFalse(windows.bind(windows.allocate(DOMAIN, true).index(), 0, window.key(), IOVA, 8, REMOTE_READ,
            DOMAIN, QUEUE_PAIR), "a window is no region");
    }

    @Test
    void aRegionWithWindowsIsNotDeregistered() {
        final AllocatedWindow window = windows.allocate(DOMAIN, true);
        assertTrue(bind(window, 0, IOVA, 8));
        assertEquals(1, region.windows());
        assertThrows(IllegalStateException.class, () -> table.deregister(region));

        windows.free(window);
        windows.free(window);

        assertEquals(0, region.windows());
        assertEquals(0, windows.size());
        assertNull(find(window.key(), REMOTE_WRITE, IOVA, 8));
        assertFalse(bind(window, 0, IOVA, 8), "it is freed");
        table.deregister(region);
        assertEquals(0, table.size());
    }

    /** Otherwise a bind could take the key of a region. */
    @Test
    void regionsAndWindowsNeverShareAnIndex() {
        final RandomGenerator narrow = new Random(2) {
            @Override
            public long nextLong(final long bound) {
                // The keys of few indexes, so that regions and windows often draw the same.
                return bound > 1L << 24 ? nextInt(1 << 14) : nextInt(1 << 6);
            }
        };
        final MemoryTable crowded = new MemoryTable(narrow);
        final Set<Integer> ofWindows = new HashSet<>();
        final Set<Integer> ofRegions = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            final int index = crowded.windows().allocate(DOMAIN, true).index();
            assertTrue(ofWindows.add(index), "two windows have index " + index);
            ofRegions.add(crowded.register(arena.allocate(8, 8), 0, 0, DOMAIN).key() >>> 8);
        }
        ofRegions.retainAll(ofWindows);
        assertEquals(Set.of(), ofRegions);
    }
}
