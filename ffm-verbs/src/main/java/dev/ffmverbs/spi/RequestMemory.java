// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory of a work request, and the request chained after it.
 *
 * <p>The segment holds the C structure ({@code struct ibv_send_wr} or {@code struct ibv_recv_wr}), the array that its
 * {@code sg_list} points to, and its inline data. A provider over C passes on the addresses, and C follows the
 * pointers. A provider in Java reads the segment and follows {@link #next()}, not the {@code next} pointer of the
 * structure. It therefore needs no native access. It also never reads outside the request, even when another thread
 * changes the request at the same time.
 *
 * <p>One thread at a time may change a request. A provider in Java tolerates applications that break this rule: it
 * reads each field once, and checks the value before it uses it. Inline data lies in the request's own memory only if
 * the {@code sg_list} begins directly after the structure and has one element.
 */
public final class RequestMemory {

    private final MemorySegment segment;
    private final long address;
    private final long badRequestOffset;
    private RequestMemory next;

    /**
     * Describes a request without a following one.
     *
     * @param segment          memory that begins with the C structure.
     * @param badRequestOffset offset of eight bytes for the address of the first request of a chain that was not
     *                         posted.
     */
    public RequestMemory(final MemorySegment segment, final long badRequestOffset) {
        this.segment = segment;
        this.address = segment.address();
        this.badRequestOffset = badRequestOffset;
    }

    /**
     * Returns the structure and the memory it points to.
     *
     * @return the segment.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Returns the address of the C structure.
     *
     * @return the address, valid while this object is reachable.
     */
    public long address() {
        return address;
    }

    /**
     * Returns the address of eight bytes that receive the address of the first request of this chain that was not
     * posted.
     *
     * @return the address, valid while this object is reachable.
     */
    public long badRequestAddress() {
        return address + badRequestOffset;
    }

    /**
     * Returns the request that the structure's {@code next} points to.
     *
     * @return the request, or null at the end of the chain.
     */
    public RequestMemory next() {
        return next;
    }

    /**
     * Sets the request that the structure's {@code next} points to.
     *
     * @param following the request, or null at the end of the chain.
     */
    public void next(final RequestMemory following) {
        next = following;
    }

    /**
     * Records the first request of this chain that was not posted.
     *
     * @param badRequest a request of this chain.
     */
    public void markBad(final RequestMemory badRequest) {
        segment.set(ValueLayout.JAVA_LONG, badRequestOffset, badRequest.address);
    }

    /** Records that no request of this chain was refused yet. */
    public void clearBad() {
        segment.set(ValueLayout.JAVA_LONG, badRequestOffset, 0);
    }

    /**
     * Returns the first request of this chain that was not posted, after a failure to post.
     *
     * @return the address of its structure, which a provider stored at {@link #badRequestAddress()}.
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
