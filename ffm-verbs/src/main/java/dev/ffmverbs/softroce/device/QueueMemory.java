// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Memory for the queue pairs of a device, which is reused after a queue pair is closed.
 *
 * <p>Closing a separate arena for each queue pair would stop every thread of the JVM. Many queue pairs are closed when
 * connections are refused or lost, exactly when there is other work. Blocks are therefore kept by size, in powers of
 * two, until the device closes. A large block still gets an arena, which returns its memory to the system.
 *
 * <p>Thread-safe.
 */
final class QueueMemory implements AutoCloseable {

    static final long LARGEST_BLOCK_BYTES = 1 << 15;

    private static final long ALIGNMENT_BYTES = 64;

    private final Arena arena = Arena.ofShared();

    /** Free blocks, by the exponent of their size. */
    private final List<Deque<MemorySegment>> free = new ArrayList<>();
    private int blocks;

    QueueMemory() {
        for (int exponent = 0; exponent <= exponentOf(LARGEST_BLOCK_BYTES); exponent++) {
            free.add(new ArrayDeque<>());
        }
    }

    private static int exponentOf(final long bytes) {
        return Long.SIZE - Long.numberOfLeadingZeros(Math.max(bytes, ALIGNMENT_BYTES) - 1);
    }

    /** Creates the memory of one queue pair. Closing it returns its blocks, which must then no longer be used. */
    Arena newArena() {
        return new BlockArena();
    }

    private synchronized MemorySegment take(final long bytes) {
        final int exponent = exponentOf(bytes);
        final MemorySegment freed = free.get(exponent).poll();
        if (freed != null) {
            return freed.fill((byte) 0);
        }
        blocks++;
        return arena.allocate(1L << exponent, ALIGNMENT_BYTES);
    }

    private synchronized void giveBack(final List<MemorySegment> taken) {
        taken.forEach(block -> free.get(exponentOf(block.byteSize())).add(block));
    }

    /** Returns how many blocks exist, in use or not. */
    synchronized int blocks() {
        return blocks;
    }

    /** Frees all blocks. All queue pairs have been closed before. */
    @Override
    public void close() {
        arena.close();
    }

    /** Used by one thread at a time. */
    private final class BlockArena implements Arena {

        private final List<MemorySegment> taken = new ArrayList<>();
        private Arena large;

        @Override
        public MemorySegment allocate(final long bytes, final long alignment) {
            if (bytes > LARGEST_BLOCK_BYTES || alignment > ALIGNMENT_BYTES) {
                large = large == null ? Arena.ofShared() : large;
                return large.allocate(bytes, alignment);
            }
            final MemorySegment block = take(bytes);
            taken.add(block);
            return block.asSlice(0, bytes);
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            giveBack(taken);
            taken.clear();
            if (large != null) {
                large.close();
                large = null;
            }
        }
    }
}
