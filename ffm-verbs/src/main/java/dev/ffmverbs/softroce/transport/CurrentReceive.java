// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A copy of the receive that the current message is placed in. */
final class CurrentReceive {

    private final MemorySegment elementList;
    private long workRequestId;
    private int elements;
    private long capacityBytes;
    private boolean present;

    /** Creates room for a receive with up to a number of elements. */
    CurrentReceive(final Arena arena, final int maxElements) {
        elementList = arena.allocate((long) Math.max(1, maxElements) * SendQueue.ELEMENT_BYTES, Long.BYTES);
    }

    void load(final long workRequestId, final MemorySegment source, final long offset, final int elements) {
        MemorySegment.copy(source, offset, elementList, 0, (long) elements * SendQueue.ELEMENT_BYTES);
        this.workRequestId = workRequestId;
        this.elements = elements;
        this.capacityBytes = ScatterGather.lengthBytes(elementList, 0, elements);
        this.present = true;
    }

    /**
     * Returns whether there is a current receive. It exists from the first packet of its message until it completes.
     */
    boolean isPresent() {
        return present;
    }

    void release() {
        present = false;
    }

    long workRequestId() {
        return workRequestId;
    }

    MemorySegment elementList() {
        return elementList;
    }

    int elements() {
        return elements;
    }

    long capacityBytes() {
        return capacityBytes;
    }
}
