// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Allocates arrays, which the garbage collector frees. A stress test creates millions of queues. */
public final class HeapArena implements Arena {

    @Override
    public MemorySegment allocate(final long byteSize, final long byteAlignment) {
        return MemorySegment.ofArray(new long[Math.toIntExact((byteSize + Long.BYTES - 1) / Long.BYTES)]);
    }

    @Override
    public MemorySegment.Scope scope() {
        return Arena.global().scope();
    }

    @Override
    public void close() {
    }
}
