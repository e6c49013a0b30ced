// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory of a work request, and the request chained behind it.
 *
 * <p>The segment holds the C structure ({@code struct ibv_send_wr} or {@code struct ibv_recv_wr}), the array that its
 * {@code sg_list} points to, and the data it carries inline. A provider over C hands the addresses on, and C follows
 * the pointers. A provider in Java reads the segment and follows {@link #next()}, not the {@code next} pointer of the
 * structure: it needs no native access, and cannot be led outside the request when another thread changes the request
 * while it is read.
 *
 * <p>One thread at a time may change a request. A provider in Java bears with applications that break this rule: it
 * reads each field once, and checks what it has read before it uses it. Inline data is the request's own only where the
 * {@code sg_list} begins right behind the structure; then it has one element.
 */
public final class RequestMemory {

    private final MemorySegment segment;
    private final long address;
    private final long badRequestOffset;
    private RequestMemory next;

    /**
     * Describes a request that nothing is chained to.
     *
     * @param segment          memory that begins with the C structure.
     * @param badRequestOffset where in it eight bytes are for the address of the first request of a chain that was not
     *                         posted.
     */
    public RequestMemory(final MemorySegment segment, final long badRequestOffset) {
        this.segment = segment;
        this.address = segment.address();
        this.badRequestOffset = badRequestOffset;
    }

    /**
     * The structure and what it points to.
     *
     * @return the segment.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Address of the C structure.
     *
     * @return the address, valid as long as this object is reachable.
     */
    public long address() {
        return address;
    }

    /**
     * Address of eight bytes that receive the address of the first request of this chain that was not posted.
     *
     * @return the address, valid as long as this object is reachable.
     */
    public long badRequestAddress() {
        return address + badRequestOffset;
    }

    /**
     * The request that the structure's {@code next} points to.
     *
     * @return the request, or null at the end of the chain.
     */
    public RequestMemory next() {
        return next;
    }

    /**
     * Notes the request that the structure's {@code next} points to.
     *
     * @param following the request, or null at the end of the chain.
     */
    public void next(final RequestMemory following) {
        next = following;
    }

    /**
     * Notes the first request of this chain that was not posted.
     *
     * @param badRequest a request of this chain.
     */
    public void markBad(final RequestMemory badRequest) {
        segment.set(ValueLayout.JAVA_LONG, badRequestOffset, badRequest.address);
    }

    /**
     * The first request of this chain that was not posted, when posting failed.
     *
     * @return the address of its structure, which a provider left at {@link #badRequestAddress()}.
     */
    public long badRequest() {
        return segment.get(ValueLayout.JAVA_LONG, badRequestOffset);
    }

    @Override
    public String toString() {
        return "RequestMemory[address=0x" + Long.toHexString(address) + ", bytes=" + segment.byteSize()
            + (next == null ? "]" : ", next=0x" + Long.toHexString(next.address) + "]");
    }
}
