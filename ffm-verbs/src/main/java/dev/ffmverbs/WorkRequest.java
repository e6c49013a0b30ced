// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.layout.ReceiveRequestLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The common part of send and receive requests: an identifier, local buffers, and a chain of following requests.
 *
 * <p>{@code struct ibv_send_wr} and {@code struct ibv_recv_wr} begin with the same four fields, those of {@link
 * ReceiveRequestLayout}.
 *
 * @param <R> the kind of request, which every setter returns.
 */
public abstract sealed class WorkRequest<R extends WorkRequest<R>> permits SendRequest, ReceiveRequest {

    /** Most local buffers a request can be allocated with. No device takes that many. */
    static final int MAXIMUM_ELEMENTS = 1024;

    private static final long ALIGNMENT_BYTES = 64;

    /** Far more requests than any queue holds. */
    private static final int MAXIMUM_CHAIN_LENGTH = 1 << 17;

    /**
     * In this order: the C structure with a subclass's fields directly after it, the scatter / gather list, the address
     * of a bad request, and the extra memory of a subclass.
     */
    private final MemorySegment memory;
    private final RequestMemory posted;
    private final ScatterGatherList elements;
    private final long listAddress;
    private final long badRequestOffset;
    private R next;

    /** The request that counted this one in its chain, and whose count a change invalidates. */
    private WorkRequest<R> head = this;

    /** Requests from this one to the end, when this is the head of all of them; 0 when they must be counted. */
    private int chainLength;
    private boolean chainNamesObjects;

    /**
     * Allocates a request.
     *
     * @param headBytes       bytes of the C structure, and of a subclass's fields directly after it.
     * @param maximumElements most local buffers.
     * @param extraBytes      bytes of the subclass's extra memory.
     */
    WorkRequest(final long headBytes, final int maximumElements, final long extraBytes) {
        final long listBytes = Math.max(1, maximumElements) * ScatterGatherList.ELEMENT_BYTES;
        this.badRequestOffset = headBytes + listBytes;
        this.memory = Arena.ofAuto().allocate(badRequestOffset + Long.BYTES + extraBytes, ALIGNMENT_BYTES);
        this.posted = new RequestMemory(memory, badRequestOffset);
        this.elements = new ScatterGatherList(memory.asSlice(headBytes, listBytes), maximumElements);
        this.listAddress = posted.address() + headBytes;
        memory.set(ValueLayout.JAVA_LONG, ReceiveRequestLayout.ELEMENTS, listAddress);
    }

    abstract R self();

    /** Returns the C structure and the memory after it. */
    final MemorySegment memory() {
        return memory;
    }

    /** Returns the extra memory that the subclass requested. */
    final MemorySegment extraMemory() {
        return memory.asSlice(badRequestOffset + Long.BYTES);
    }

    /**
     * Sets the number that the completion carries ({@code wr_id}).
     *
     * @param workRequestId any number.
     * @return this.
     */
    public final R workRequestId(final long workRequestId) {
        memory.set(ValueLayout.JAVA_LONG, ReceiveRequestLayout.WORK_REQUEST_ID, workRequestId);
        return self();
    }

    /**
     * Names the only local buffer, in place of all former ones ({@code sg_list}).
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length in bytes, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the request was allocated without room for a buffer.
     * @throws IllegalStateException     when the region is closed.
     */
    public final R localMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        elements.clear();
        return addLocalMemory(region, offsetBytes, lengthBytes);
    }

    /**
     * Adds a local buffer after those already named ({@code sg_list}).
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length in bytes, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the request has no room for another buffer.
     * @throws IllegalStateException     when the region is closed.
     */
    public final R addLocalMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        elements.add(region, offsetBytes, lengthBytes);
        return elementsChanged();
    }

    /**
     * Names the only local buffer by address and key, as C does. The device checks both when it processes the request.
     *
     * @param localAddress address in a local region, which begins at its {@code iova}.
     * @param lengthBytes  length in bytes, an unsigned 32-bit number.
     * @param lkey         key of the local region.
     * @return this.
     */
    public final R localAddress(final long localAddress, final int lengthBytes, final int lkey) {
        elements.setOnly(localAddress, lengthBytes, lkey);
        return elementsChanged();
    }

    /**
     * Names no local buffer, so that the request moves no data.
     *
     * @return this.
     */
    public final R noLocalMemory() {
        elements.clear();
        return elementsChanged();
    }

    /**
     * Names memory of the request itself, which the device copies when the request is posted.
     *
     * @param elementAddress address of the one element that names the memory. The element is not in the list that
     *                       callers fill, by which software devices know inline data.
     */
    final R ownMemory(final long elementAddress) {
        memory.set(ValueLayout.JAVA_LONG, ReceiveRequestLayout.ELEMENTS, elementAddress);
        memory.set(ValueLayout.JAVA_INT, ReceiveRequestLayout.ELEMENT_COUNT, 1);
        dataIsInline(true);
        return self();
    }

    private R elementsChanged() {
        memory.set(ValueLayout.JAVA_LONG, ReceiveRequestLayout.ELEMENTS, listAddress);
        memory.set(ValueLayout.JAVA_INT, ReceiveRequestLayout.ELEMENT_COUNT, elements.count());
        dataIsInline(false);
        return self();
    }

    /** Sets whether the request carries its data itself, for requests that can. */
    void dataIsInline(final boolean inline) {
    }

    /**
     * Chains a request after this one ({@code next}). Posting this request posts the whole chain.
     *
     * @param following the next request, or null to end the chain here.
     * @return this.
     * @throws IllegalArgumentException when the chain would lead back to this request, or exceed 131 072 requests.
     */
    public final R next(final R following) {
        int length = 1;
        for (WorkRequest<R> request = following; request != null; request = request.next()) {
            if (request == this || length == MAXIMUM_CHAIN_LENGTH) {
                throw new IllegalArgumentException(request == this
                    ? "a chain of requests must end: it would lead back to its start" : chainTooLong());
            }
            length++;
        }
        next = following;
        chainChanged();
        posted.next(following == null ? null : following.requestMemory());
        memory.set(ValueLayout.JAVA_LONG, ReceiveRequestLayout.NEXT,
            following == null ? 0 : following.requestMemory().address());
        return self();
    }

    /** Returns the request chained after this one, or null. */
    final R next() {
        return next;
    }

    /** Returns the memory that the provider receives when this request is posted. */
    final RequestMemory requestMemory() {
        return posted;
    }

    /**
     * Returns how many requests posting this one posts.
     *
     * @return 1 for a request without a chain.
     */
    public final int chainLength() {
        final int known = chainLength;
        return known != 0 ? known : countChain();
    }

    private int countChain() {
        int length = 0;
        boolean names = false;
        for (WorkRequest<R> request = this; request != null; request = request.next()) {
            if (length == MAXIMUM_CHAIN_LENGTH) {
                throw new IllegalStateException(chainTooLong());
            }
            request.chainChanged();
            request.head = this;
            names |= request.namesObjects();
            length++;
        }
        chainNamesObjects = names;
        chainLength = length;
        return length;
    }

    private static String chainTooLong() {
        return "a chain has at most " + MAXIMUM_CHAIN_LENGTH + " requests; one that does not end was changed by several"
            + " threads at once";
    }

    /** Invalidates the head's count, after a change to what follows this request or to whether it names objects. */
    final void chainChanged() {
        head.chainLength = 0;
    }

    /** Whether this request names objects by address. They must not be closed while it is posted. */
    boolean namesObjects() {
        return false;
    }

    /** Whether a request of the chain names objects, as found by the last {@link #chainLength}. */
    final boolean chainNamesObjects() {
        return chainNamesObjects;
    }

    /** Returns how many requests of this chain precede the bad request that the provider reported. */
    final int countBeforeBadRequest() {
        final long bad = posted.badRequest();
        int count = 0;
        RequestMemory request = posted;
        while (request != null && request.address() != bad && count < MAXIMUM_CHAIN_LENGTH) {
            request = request.next();
            count++;
        }
        return count;
    }

    /** Describes the fields that both kinds have: local buffers, and how many requests posting this one posts. */
    final String commonText() {
        int length = 0;
        for (WorkRequest<R> request = this; request != null && length < MAXIMUM_CHAIN_LENGTH; request = request.next) {
            length++;
        }
        return ", localMemory=" + namedMemory() + ", chainLength="
            + (length < MAXIMUM_CHAIN_LENGTH ? Integer.toString(length) : length + " or more");
    }

    /** Returns the elements that the C structure names. */
    ScatterGatherList namedMemory() {
        return elements;
    }

    /**
     * Returns the number that the completion carries.
     *
     * @return the number that {@link #workRequestId(long)} set, at first 0.
     */
    public final long workRequestId() {
        return memory.get(ValueLayout.JAVA_LONG, ReceiveRequestLayout.WORK_REQUEST_ID);
    }
}
