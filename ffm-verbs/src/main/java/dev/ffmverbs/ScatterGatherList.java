// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.MemorySegment;
import java.util.StringJoiner;

/** The local buffers of a work request, an array of {@code struct ibv_sge} in the request's own memory. */
final class ScatterGatherList {

    static final long ELEMENT_BYTES = ScatterGatherElementLayout.BYTES;

    /** Lengths are unsigned 32-bit numbers in C. */
    private static final long MAXIMUM_LENGTH_BYTES = 0xFFFF_FFFFL;

    private final MemorySegment elements;
    private final int capacity;
    private int count;

    /**
     * Creates an empty list.
     *
     * @param elements memory for at least one element, even when none can be added.
     * @param capacity most elements that can be added.
     */
    ScatterGatherList(final MemorySegment elements, final int capacity) {
        this.elements = elements;
        this.capacity = capacity;
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    long address(final int index) {
        return elements.get(JAVA_LONG, index * ELEMENT_BYTES + ScatterGatherElementLayout.ADDRESS);
    }

    int length(final int index) {
        return elements.get(JAVA_INT, index * ELEMENT_BYTES + ScatterGatherElementLayout.LENGTH);
    }

    int lkey(final int index) {
        return elements.get(JAVA_INT, index * ELEMENT_BYTES + ScatterGatherElementLayout.LKEY);
    }

    void add(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        final int index = count;
        if (index == capacity) {
            throw new IllegalArgumentException("request has room for " + capacity
                + " scatter / gather elements; allocate it with more");
        }
        region.checkRange(offsetBytes, lengthBytes);
        if (lengthBytes > MAXIMUM_LENGTH_BYTES) {
            throw new IllegalArgumentException("length " + lengthBytes + " exceeds the " + MAXIMUM_LENGTH_BYTES
                + " bytes of one scatter / gather element");
        }
        set(index, region.iova() + offsetBytes, (int) lengthBytes, region.lkey());
        count = index + 1;
    }

    void set(final int index, final long address, final int lengthBytes, final int lkey) {
        final MemorySegment elements = this.elements;
        final long base = index * ELEMENT_BYTES;
        elements.set(JAVA_LONG, base + ScatterGatherElementLayout.ADDRESS, address);
        elements.set(JAVA_INT, base + ScatterGatherElementLayout.LENGTH, lengthBytes);
        elements.set(JAVA_INT, base + ScatterGatherElementLayout.LKEY, lkey);
    }

    void setOnly(final long address, final int lengthBytes, final int lkey) {
        set(0, address, lengthBytes, lkey);
        count = 1;
    }

    @Override
    public String toString() {
        final StringJoiner text = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < count; i++) {
            text.add("0x" + Long.toHexString(address(i)) + "+" + Integer.toUnsignedLong(length(i)) + " lkey=0x"
                + Integer.toHexString(lkey(i)));
        }
        return text.toString();
    }
}
