// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of arrays, which the collector frees: a stress test makes millions of queues. */
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
