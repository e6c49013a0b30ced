// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/**
 * The memory that receives completions: an array of {@code struct ibv_wc}.
 *
 * <p>A provider over C hands the address on; one in Java writes the segment, and needs no native access for that.
 */
public final class CompletionMemory {

    private final MemorySegment segment;
    private final long address;

    /**
     * Describes an array.
     *
     * @param segment native memory, exactly that of the array.
     */
    public CompletionMemory(final MemorySegment segment) {
        this.segment = segment;
        this.address = segment.address();
    }

    /**
     * The array.
     *
     * @return the segment.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Address of the array.
     *
     * @return the address, valid as long as this object is reachable.
     */
    public long address() {
        return address;
    }

    @Override
    public String toString() {
        return "CompletionMemory[address=0x" + Long.toHexString(address) + ", bytes=" + segment.byteSize() + "]";
    }
}
