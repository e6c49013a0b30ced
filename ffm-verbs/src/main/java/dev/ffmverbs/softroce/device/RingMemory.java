// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory for the rings of a completion queue, which has one at a time.
 *
 * <p>The memory of a ring that was replaced cannot be freed before the queue is closed, because a thread may be reading
 * it. It is used for a later ring of the same size instead. That thread does not use what it reads then, because the
 * ring that it reads tells it that it was replaced. A queue therefore has memory for two rings of each size at most,
 * however often it is resized.
 *
 * <p>Used by one thread at a time.
 */
final class RingMemory implements SegmentAllocator, AutoCloseable {

    private final Arena arena = Arena.ofShared();

    /** Memory that no ring uses, by its size. */
    private final Map<Long, Deque<MemorySegment>> free = new HashMap<>();
    private int blocks;

    /** Takes memory for a ring. It holds what a former ring of the same kind has left there, or zeros. */
    @Override
    public MemorySegment allocate(final long bytes, final long alignment) {
        final Deque<MemorySegment> present = free.get(bytes);
        if (present != null && !present.isEmpty()) {
            return present.pop();
        }
        final MemorySegment added = arena.allocate(bytes, alignment);
        blocks++;
        return added;
    }

    /** Gives back the memory of a ring that was replaced, or that was not needed. */
    void giveBack(final MemorySegment ring) {
        free.computeIfAbsent(ring.byteSize(), bytes -> new ArrayDeque<>()).push(ring);
    }

    /** Returns for how many rings there is memory, in use or not. */
    int blocks() {
        return blocks;
    }

    /** Frees all memory. Nobody uses the queue any longer. */
    @Override
    public void close() {
        arena.close();
    }
}
