// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_recv_wr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A reusable request for a receive queue: the buffers one incoming message may fill ({@code struct ibv_recv_wr}).
 *
 * <p>Allocate it once, patch it in place, post it as often as wanted. No method allocates after construction. Not
 * thread-safe: one thread at a time. Its memory is freed when neither it nor a request chained to it is reachable.
 */
public final class ReceiveRequest {

    private static final long WORK_REQUEST_ID = ibv_recv_wr.wr_id$offset();
    private static final long NEXT = ibv_recv_wr.next$offset();
    private static final long ELEMENTS = ibv_recv_wr.sg_list$offset();
    private static final long ELEMENT_COUNT = ibv_recv_wr.num_sge$offset();
    private static final long STRUCT_BYTES = ibv_recv_wr.sizeof();
    private static final int MAXIMUM_ELEMENTS = 1024;

    private final MemorySegment memory;
    private final ScatterGatherList elements;
    private final long address;
    private final long badRequestAddress;
    private ReceiveRequest next;

    private ReceiveRequest(final int maximumElements) {
        final long listBytes = Math.max(1, maximumElements) * ScatterGatherList.ELEMENT_BYTES;
        this.memory = Arena.ofAuto().allocate(STRUCT_BYTES + listBytes + Long.BYTES, 64);
        this.address = memory.address();
        this.badRequestAddress = address + STRUCT_BYTES + listBytes;
        this.elements = new ScatterGatherList(memory.asSlice(STRUCT_BYTES, listBytes));
        memory.set(ValueLayout.JAVA_LONG, ELEMENTS, address + STRUCT_BYTES);
    }

    /**
     * Allocates a request that receives into no buffer until it is patched.
     *
     * @param maximumElements most local buffers it can name, 0 to 1024.
     * @return the request.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public static ReceiveRequest allocate(final int maximumElements) {
        Ranges.check("maximumElements", maximumElements, 0, MAXIMUM_ELEMENTS);
        return new ReceiveRequest(maximumElements);
    }

    /**
     * Sets the number its completion carries ({@code wr_id}).
     *
     * @param workRequestId any number.
     * @return this.
     */
    public ReceiveRequest workRequestId(final long workRequestId) {
        memory.set(ValueLayout.JAVA_LONG, WORK_REQUEST_ID, workRequestId);
        return this;
    }

    /**
     * Names the only local buffer, in place of all former ones.
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalStateException     when the region is closed.
     */
    public ReceiveRequest localMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        elements.clear();
        return addLocalMemory(region, offsetBytes, lengthBytes);
    }

    /**
     * Names one more local buffer behind the former ones.
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the request has no room for another.
     * @throws IllegalStateException     when the region is closed.
     */
    public ReceiveRequest addLocalMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        elements.add(region, offsetBytes, lengthBytes);
        memory.set(ValueLayout.JAVA_INT, ELEMENT_COUNT, elements.count());
        return this;
    }

    /**
     * Names the only local buffer by address and key, as C does; the device checks them when a message arrives.
     *
     * @param localAddress address in a local region, as its {@code iova} says.
     * @param lengthBytes  length; a 32-bit unsigned number.
     * @param lkey         key of the local region.
     * @return this.
     */
    public ReceiveRequest localAddress(final long localAddress, final int lengthBytes, final int lkey) {
        elements.setOnly(localAddress, lengthBytes, lkey);
        memory.set(ValueLayout.JAVA_INT, ELEMENT_COUNT, 1);
        return this;
    }

    /**
     * Names no local buffer: only messages without data fit.
     *
     * @return this.
     */
    public ReceiveRequest noLocalMemory() {
        elements.clear();
        memory.set(ValueLayout.JAVA_INT, ELEMENT_COUNT, 0);
        return this;
    }

    /**
     * Chains a request behind this one; posting this one posts the whole chain.
     *
     * @param following the next request, or null to end the chain here.
     * @return this.
     * @throws IllegalArgumentException when the chain would lead back to this request.
     */
    public ReceiveRequest next(final ReceiveRequest following) {
        for (ReceiveRequest request = following; request != null; request = request.next) {
            if (request == this) {
                throw new IllegalArgumentException("a chain of requests must end: it would lead back to its start");
            }
        }
        next = following;
        memory.set(ValueLayout.JAVA_LONG, NEXT, following == null ? 0 : following.address);
        return this;
    }

    /** Address of the C structure, valid as long as this object is reachable. */
    long address() {
        return address;
    }

    /** Address of eight bytes that receive the address of the first request of a chain that was not posted. */
    long badRequestAddress() {
        return badRequestAddress;
    }

    int chainLength() {
        int length = 1;
        for (ReceiveRequest request = next; request != null; request = request.next) {
            length++;
        }
        return length;
    }

    /** How many requests of this chain precede the one whose address the provider left as the bad one. */
    int countBeforeBadRequest() {
        final long bad = memory.get(ValueLayout.JAVA_LONG, badRequestAddress - address);
        int count = 0;
        for (ReceiveRequest request = this; request != null && request.address != bad; request = request.next) {
            count++;
        }
        return count;
    }
}
