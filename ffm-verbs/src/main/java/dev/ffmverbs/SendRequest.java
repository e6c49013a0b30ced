// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A reusable request for the send queue ({@code struct ibv_send_wr}): SEND, RDMA READ, RDMA WRITE, an atomic operation,
 * or an operation on a key.
 *
 * <p>Allocate it once, modify it in place, and post it as often as needed. The device has read the request when {@link
 * QueuePair#postSend} returns. After construction, no method allocates.
 *
 * <pre>{@code
 * SendRequest request = SendRequest.allocate(1);
 * request.workRequestId(7).read(remoteAddress, rkey).localMemory(region, 0, 64).signal(true);
 * queuePair.postSend(request);
 * }</pre>
 *
 * <p>Not thread-safe: only one thread at a time may use a request and those chained to it. On devices of libibverbs, a
 * thread that changes a request while another posts it can crash the JVM. The C structure has the remote address of a
 * WRITE at the place of a datagram's address handle, and the driver copies inline data from the address that it finds.
 * Software devices survive this. The memory of a request is freed when neither the request nor any request that was
 * ever chained to it is reachable.
 */
public final class SendRequest extends WorkRequest<SendRequest> implements RemoteOperations<SendRequest> {

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MAXIMUM_INLINE_BYTES = 1 << 16;

    private final MemorySegment memory;
    private final MemorySegment inlineBuffer;

    /** The element that names the inline buffer, directly after the C structure. Its address never changes. */
    private final ScatterGatherList inlineElement;

    private final RequestObjects objects;

    private SendRequest(final int maximumElements, final int maximumInlineBytes) {
        super(SendRequestLayout.BYTES + ScatterGatherList.ELEMENT_BYTES, maximumElements, maximumInlineBytes);
        this.memory = memory();
        this.objects = new RequestObjects(memory);
        this.inlineBuffer = extraMemory();
        this.inlineElement = new ScatterGatherList(
            memory.asSlice(SendRequestLayout.BYTES, ScatterGatherList.ELEMENT_BYTES), 1);
        inlineElement.setOnly(inlineBuffer.address(), 0, 0);
        send().signal(true);
    }

    @Override
    SendRequest self() {
        return this;
    }

    /**
     * Allocates a request without room for inline data. It starts as a signaled SEND without data.
     *
     * @param maximumElements most local buffers it can name, 0 to 1024.
     * @return the request.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public static SendRequest allocate(final int maximumElements) {
        return allocate(maximumElements, 0);
    }

    /**
     * Allocates a request. It starts as a signaled SEND without data.
     *
     * @param maximumElements    most local buffers it can name, 0 to 1024.
     * @param maximumInlineBytes most bytes {@link #inlineData} can take, 0 to 65536.
     * @return the request.
     * @throws IllegalArgumentException when a number is out of range.
     */
    public static SendRequest allocate(final int maximumElements, final int maximumInlineBytes) {
        Ranges.check("maximumElements", maximumElements, 0, MAXIMUM_ELEMENTS);
        Ranges.check("maximumInlineBytes", maximumInlineBytes, 0, MAXIMUM_INLINE_BYTES);
        return new SendRequest(maximumElements, maximumInlineBytes);
    }

    /**
     * Makes this request an RDMA READ, which copies the peer's memory into the local buffers ({@code
     * IBV_WR_RDMA_READ}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     */
    @Override
    public SendRequest read(final long remoteAddress, final int rkey) {
        return remote(WorkRequestOpcodes.RDMA_READ, remoteAddress, rkey);
    }

    /**
     * Makes this request an RDMA WRITE, which copies the local buffers into the peer's memory ({@code
     * IBV_WR_RDMA_WRITE}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     */
    @Override
    public SendRequest write(final long remoteAddress, final int rkey) {
        return remote(WorkRequestOpcodes.RDMA_WRITE, remoteAddress, rkey);
    }

    /**
     * Makes this request an RDMA WRITE that also completes a receive at the peer ({@code IBV_WR_RDMA_WRITE_WITH_IMM}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @param immediateData number that the peer's completion carries.
     * @return this.
     */
    @Override
    public SendRequest writeWithImmediate(final long remoteAddress, final int rkey, final int immediateData) {
        memory.set(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA, immediateData);
        return remote(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, remoteAddress, rkey);
    }

    /**
     * Makes this request a SEND, which copies the local buffers into the peer's next receive ({@code IBV_WR_SEND}).
     *
     * @return this.
     */
    public SendRequest send() {
        return opcode(WorkRequestOpcodes.SEND);
    }

    /**
     * Makes this request a SEND with immediate data ({@code IBV_WR_SEND_WITH_IMM}).
     *
     * @param immediateData number that the peer's completion carries.
     * @return this.
     */
    public SendRequest sendWithImmediate(final int immediateData) {
        memory.set(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA, immediateData);
        return opcode(WorkRequestOpcodes.SEND_WITH_IMMEDIATE);
    }

    /**
     * Makes this request a SEND that invalidates a key of the peer ({@code IBV_WR_SEND_WITH_INV}).
     *
     * @param rkey the key to invalidate, a remote key of the peer.
     * @return this.
     */
    public SendRequest sendWithInvalidate(final int rkey) {
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY, rkey);
        return opcode(WorkRequestOpcodes.SEND_WITH_INVALIDATE);
    }

    /**
     * Makes this request an atomic fetch and add on eight bytes of the peer ({@code IBV_WR_ATOMIC_FETCH_AND_ADD}). The
     * local buffer receives the former value.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param add           number to add.
     * @return this.
     */
    @Override
    public SendRequest fetchAndAdd(final long remoteAddress, final int rkey, final long add) {
        return atomic(WorkRequestOpcodes.FETCH_AND_ADD, remoteAddress, rkey, add, 0);
    }

    /**
     * Makes this request an atomic compare and swap on eight bytes of the peer ({@code IBV_WR_ATOMIC_CMP_AND_SWP}). The
     * local buffer receives the former value.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param compare       value expected.
     * @param swap          value to store when the memory holds the expected value.
     * @return this.
     */
    @Override
    public SendRequest compareAndSwap(
        final long remoteAddress, final int rkey, final long compare, final long swap) {
        return atomic(WorkRequestOpcodes.COMPARE_AND_SWAP, remoteAddress, rkey, compare, swap);
    }

    /**
     * Makes this request an invalidation of a local key ({@code IBV_WR_LOCAL_INV}). Peers that use the key afterwards
     * are refused.
     *
     * @param rkey remote key of a memory window of type 2, or of memory registered for invalidation.
     * @return this.
     */
    public SendRequest localInvalidate(final int rkey) {
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY, rkey);
        return noLocalMemory().opcode(WorkRequestOpcodes.LOCAL_INVALIDATE);
    }

    /**
     * Makes this request a bind of a memory window of type 2 to a part of a region ({@code IBV_WR_BIND_MW}). The window
     * gets a new remote key.
     *
     * <p>Each time the request is posted, the window gets its next key, which {@link MemoryWindow#rkey()} then returns.
     * Peers can use the key once the request has completed.
     *
     * @param memoryWindow open window of type 2.
     * @param region       open region of the same protection domain, registered with {@link Access#MEMORY_WINDOW_BIND}.
     * @param offsetBytes  offset in the region.
     * @param lengthBytes  length of the part in bytes.
     * @param access       what peers may do through the window: remote rights only.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the window is of type 1 (see {@link QueuePair#bindMemoryWindow}), or
     *                                   belongs to another protection domain than the region.
     * @throws IllegalStateException     when the region is closed.
     */
    public SendRequest bindMemoryWindow(
        final MemoryWindow memoryWindow, final MemoryRegion region, final long offsetBytes, final long lengthBytes,
        final Access... access) {
        memoryWindow.requireBindable(MemoryWindowType.TYPE_2, region);
        region.checkRange(offsetBytes, lengthBytes);
        noLocalMemory().opcode(WorkRequestOpcodes.BIND_MEMORY_WINDOW);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.IMMEDIATE_DATA, 0);
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.BIND_WINDOW, memoryWindow.operations().handle());
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.BIND_REGION, region.operations().handle());
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.BIND_ADDRESS, region.iova() + offsetBytes);
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.BIND_LENGTH, lengthBytes);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.BIND_ACCESS, Access.bits(access));
        objects.nameBind(memoryWindow, region);
        chainChanged();
        return this;
    }

    /**
     * Sets the destination of a SEND on an {@linkplain QueuePairType#UNRELIABLE_DATAGRAM unreliable datagram} queue
     * pair.
     *
     * @param destination     open address handle of the queue pair's protection domain.
     * @param remoteQueuePair number of the peer's queue pair, 24 bits.
     * @param queueKey        queue key of the peer's queue pair.
     * @return this.
     * @throws IllegalStateException when this request is not a SEND, with immediate data or without.
     */
    public SendRequest to(final AddressHandle destination, final int remoteQueuePair, final int queueKey) {
        final int opcode = memory.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
        if (opcode != WorkRequestOpcodes.SEND && opcode != WorkRequestOpcodes.SEND_WITH_IMMEDIATE) {
            throw new IllegalStateException("only a SEND takes an address handle; call send() first");
        }
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.DATAGRAM_ADDRESS_HANDLE,
            destination.operations().handle());
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_PAIR, remoteQueuePair);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.DATAGRAM_QUEUE_KEY, queueKey);
        objects.nameDestination(destination);
        return this;
    }

    private SendRequest opcode(final int opcode) {
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE, opcode);
        final boolean wasBind = objects.isBind();
        objects.forgetOthersThan(opcode);
        if (wasBind) {
            chainChanged();
        }
        return this;
    }

    private SendRequest remote(final int opcode, final long remoteAddress, final int rkey) {
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.RDMA_REMOTE_ADDRESS, remoteAddress);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.RDMA_RKEY, rkey);
        return opcode(opcode);
    }

    private SendRequest atomic(
        final int opcode, final long remoteAddress, final int rkey, final long compareOrAdd, final long swap) {
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_REMOTE_ADDRESS, remoteAddress);
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD, compareOrAdd);
        memory.set(ValueLayout.JAVA_LONG, SendRequestLayout.ATOMIC_SWAP, swap);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.ATOMIC_RKEY, rkey);
        return opcode(opcode);
    }

    /**
     * Copies the data into the request ({@code IBV_SEND_INLINE}). The data needs no registration, and the caller may
     * reuse its memory when this method returns.
     *
     * @param data bytes to SEND or WRITE, at most the number the request was allocated with; the queue pair also has a
     *             limit.
     * @return this.
     * @throws IndexOutOfBoundsException when the data is longer than the request was allocated for.
     */
    public SendRequest inlineData(final MemorySegment data) {
        final long lengthBytes = data.byteSize();
        if (lengthBytes > inlineBuffer.byteSize()) {
            throw new IndexOutOfBoundsException("inline data of " + lengthBytes + " bytes exceeds the "
                + inlineBuffer.byteSize() + " bytes this request was allocated with");
        }
        MemorySegment.copy(data, 0, inlineBuffer, 0, lengthBytes);
        inlineElement.setOnly(inlineBuffer.address(), (int) lengthBytes, 0);
        return ownMemory(requestMemory().address() + SendRequestLayout.BYTES);
    }

    @Override
    void dataIsInline(final boolean inline) {
        flag(SendFlags.INLINE, inline);
    }

    /**
     * Sets whether success produces a completion ({@code IBV_SEND_SIGNALED}). Failure always produces one.
     *
     * @param signaled true for a completion.
     * @return this.
     */
    public SendRequest signal(final boolean signaled) {
        return flag(SendFlags.SIGNALED, signaled);
    }

    /**
     * Sets whether this request waits for all READs and atomics before it ({@code IBV_SEND_FENCE}).
     *
     * @param fenced true to wait.
     * @return this.
     */
    public SendRequest fence(final boolean fenced) {
        return flag(SendFlags.FENCE, fenced);
    }

    /**
     * Sets whether the peer's completion is solicited ({@code IBV_SEND_SOLICITED}). Applies to SEND and to WRITE with
     * immediate data.
     *
     * @param solicited true to raise an event at a peer that waits for solicited completions only.
     * @return this.
     */
    public SendRequest solicit(final boolean solicited) {
        return flag(SendFlags.SOLICITED, solicited);
    }

    private SendRequest flag(final int flag, final boolean on) {
        final int flags = memory.get(ValueLayout.JAVA_INT, SendRequestLayout.FLAGS);
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.FLAGS, on ? flags | flag : flags & ~flag);
        return this;
    }

    /** Returns the name of the C constant for the operation at this index of the chain, for messages. */
    String operationName(final int index) {
        SendRequest request = this;
        for (int i = 0; i < index && request.next() != null; i++) {
            request = request.next();
        }
        return WorkRequestOpcodes.name(request.memory.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE));
    }

    /** True for a bind. A datagram also names an object, but a datagram queue pair checks every request anyway. */
    @Override
    boolean namesObjects() {
        return objects.isBind();
    }

    /**
     * Enters the objects that this request, not its chain, names, until {@link #leaveObjects}.
     *
     * @param queuePair the queue pair to which the request is about to be posted.
     */
    void enterObjects(final QueuePair queuePair) {
        objects.enter(queuePair);
    }

    /** Leaves the objects that {@link #enterObjects} entered for the same queue pair. */
    void leaveObjects(final QueuePair queuePair, final boolean posted) {
        objects.leave(queuePair, posted);
    }

    @Override
    ScatterGatherList namedMemory() {
        final int flags = memory.get(ValueLayout.JAVA_INT, SendRequestLayout.FLAGS);
        return (flags & SendFlags.INLINE) != 0 ? inlineElement : super.namedMemory();
    }

    @Override
    public String toString() {
        return "SendRequest[workRequestId=" + workRequestId() + ", " + RequestText.operation(memory)
            + objects + RequestText.flags(memory) + commonText() + "]";
    }
}
