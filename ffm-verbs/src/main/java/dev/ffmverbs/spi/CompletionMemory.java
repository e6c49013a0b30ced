// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/**
 * The memory that receives completions, an array of {@code struct ibv_wc}.
 *
 * <p>A provider over C passes the address to C. A provider in Java writes the segment, which needs no native access.
 */
public final class CompletionMemory {

    private final MemorySegment segment;
    private final long address;

    /**
     * Describes an array.
     *
     * @param segment native memory of exactly the array.
     */
    public CompletionMemory(final MemorySegment segment) {
        this.segment = segment;
        this.address = segment.address();
    }

    /**
     * Returns the array.
     *
     * @return the segment.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Returns the address of the array.
     *
     * @return the address, valid while this object is reachable.
     */
    public long address() {
        return address;
    }

    @Override
    public String toString() {
        return "CompletionMemory[address=0x" + Long.toHexString(address) + ", bytes=" + segment.byteSize() + "]";
    }
}
