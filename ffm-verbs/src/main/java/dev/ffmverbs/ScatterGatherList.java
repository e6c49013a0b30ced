// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_sge;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.StringJoiner;

/** The local buffers of a work request: an array of {@code struct ibv_sge} in the request's own memory. */
final class ScatterGatherList {

    static final long ELEMENT_BYTES = ibv_sge.sizeof();

    /** Lengths are unsigned 32-bit numbers in C. */
    private static final long MAXIMUM_LENGTH_BYTES = 0xFFFF_FFFFL;

    private static final VarHandle ADDRESS = field("addr");
    private static final VarHandle LENGTH = field("length");
    private static final VarHandle LKEY = field("lkey");

    private final MemorySegment elements;
    private final int capacity;
    private int count;

    /**
     * Makes a list of no element.
     *
     * @param elements memory of at least one element, even when none can be added.
     * @param capacity most elements that can be added.
     */
    ScatterGatherList(final MemorySegment elements, final int capacity) {
        this.elements = elements;
        this.capacity = capacity;
    }

    private static VarHandle field(final String name) {
        return ibv_sge.layout().varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    long address(final int index) {
        return (long) ADDRESS.get(elements, index * ELEMENT_BYTES);
    }

    int length(final int index) {
        return (int) LENGTH.get(elements, index * ELEMENT_BYTES);
    }

    int lkey(final int index) {
        return (int) LKEY.get(elements, index * ELEMENT_BYTES);
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
        final long base = index * ELEMENT_BYTES;
        ADDRESS.set(elements, base, address);
        LENGTH.set(elements, base, lengthBytes);
        LKEY.set(elements, base, lkey);
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
