// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of the caller that is registered repeatedly. It is page-aligned and touched. */
final class BorrowedMemory implements AutoCloseable {

    private static final long PAGE_BYTES = 4096;

    private Arena arena;
    private MemorySegment segment;

    /** Frees the memory that was allocated before, if any, and allocates other memory. */
    void allocate(final long lengthBytes) {
        close();
        arena = Arena.ofShared();
        segment = arena.allocate(lengthBytes, PAGE_BYTES);
    }

    MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
        }
    }
}
