// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.value.MemoryAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The memory of a witness: a page for each pair, because devices map whole pages and all blocks have the same address.
 * It grows in pieces. Used by one thread at a time.
 */
final class BlockMemory implements AutoCloseable {

    private static final int PAGES_PER_PIECE = 64;

    /** A single arena, because closing one stops every thread. */
    private final Arena arena = Arena.ofShared();

    private final Deque<MemorySegment> free = new ArrayDeque<>();
    private MemorySegment piece;
    private int usedPages = PAGES_PER_PIECE;

    /** Returns the memory of another block, which is zero. It stays valid until this object is closed. */
    MemorySegment allocate() {
        final MemorySegment freed = free.poll();
        if (freed != null) {
            return freed.fill((byte) 0);
        }
        if (usedPages == PAGES_PER_PIECE) {
            piece = arena.allocate(PAGES_PER_PIECE * MemoryAddresses.PAGE_BYTES, MemoryAddresses.PAGE_BYTES);
            usedPages = 0;
        }
        final MemorySegment block =
            piece.asSlice(usedPages * MemoryAddresses.PAGE_BYTES, BlockLayout.LENGTH_BYTES);
        usedPages++;
        return block;
    }

    /** Takes back the memory of a block, which nobody can reach any longer. */
    void free(final MemorySegment block) {
        free.push(block);
    }

    @Override
    public void close() {
        arena.close();
    }
}
