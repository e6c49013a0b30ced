// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A reusable request for the send queue: SEND, RDMA READ, RDMA WRITE or an atomic operation ({@code struct
 * ibv_send_wr}).
 *
 * <p>Allocate it once, patch it in place, post it as often as wanted: the device has read it when
 * {@link QueuePair#postSend} returns. No method allocates after construction.
 *
 * <pre>{@code
 * SendRequest request = SendRequest.allocate(1);
 * request.workRequestId(7).read(remoteAddress, rkey).localMemory(region, 0, 64).signal(true);
 * queuePair.postSend(request);
 * }</pre>
 *
 * <p>Not thread-safe: one thread at a time uses it and what is chained to it. Its memory is freed when neither it nor a
 * request that was ever in a chain with it is reachable.
 */
public final class SendRequest extends WorkRequest<SendRequest> {

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MAXIMUM_INLINE_BYTES = 1 << 16;

    private final MemorySegment memory;
    private final MemorySegment inlineBuffer;

    /** The element that names the inline buffer, right behind the C structure; its address never changes. */
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
     * Allocates a request without room for inline data: a signaled SEND of nothing until it is patched.
     *
     * @param maximumElements most local buffers it can name, 0 to 1024.
     * @return the request.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public static SendRequest allocate(final int maximumElements) {
        return allocate(maximumElements, 0);
    }

    /**
     * Allocates a request: a signaled SEND of nothing until it is patched.
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
     * Makes it an RDMA READ: the peer's memory is copied into the local buffers.
     *
     * @param remoteAddress address in the peer's region, as its {@code iova} says.
     * @param rkey          the peer's key.
     * @return this.
     */
    public SendRequest read(final long remoteAddress, final int rkey) {
        return remote(WorkRequestOpcodes.RDMA_READ, remoteAddress, rkey);
    }

    /**
     * Makes it an RDMA WRITE: the local buffers are copied into the peer's memory.
     *
     * @param remoteAddress address in the peer's region, as its {@code iova} says.
     * @param rkey          the peer's key.
     * @return this.
     */
    public SendRequest write(final long remoteAddress, final int rkey) {
        return remote(WorkRequestOpcodes.RDMA_WRITE, remoteAddress, rkey);
    }

    /**
     * Makes it an RDMA WRITE that also completes a receive of the peer.
     *
     * @param remoteAddress address in the peer's region, as its {@code iova} says.
     * @param rkey          the peer's key.
     * @param immediateData number the peer's completion carries.
     * @return this.
     */
    public SendRequest writeWithImmediate(final long remoteAddress, final int rkey, final int immediateData) {
        memory.set(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA, immediateData);
        return remote(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, remoteAddress, rkey);
    }

    /**
     * Makes it a SEND: the local buffers go into the peer's next receive.
     *
     * @return this.
     */
    public SendRequest send() {
        return opcode(WorkRequestOpcodes.SEND);
    }

    /**
     * Makes it a SEND with a number for the peer's completion.
     *
     * @param immediateData the number.
     * @return this.
     */
    public SendRequest sendWithImmediate(final int immediateData) {
        memory.set(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA, immediateData);
        return opcode(WorkRequestOpcodes.SEND_WITH_IMMEDIATE);
    }

    /**
     * Makes it a SEND that invalidates a key of the peer.
     *
     * @param rkey the peer's key.
     * @return this.
     */
    public SendRequest sendWithInvalidate(final int rkey) {
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY, rkey);
        return opcode(WorkRequestOpcodes.SEND_WITH_INVALIDATE);
    }

    /**
     * Makes it an atomic fetch and add on eight bytes of the peer; the former value comes into the local buffer.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param add           number to add.
     * @return this.
     */
    public SendRequest fetchAndAdd(final long remoteAddress, final int rkey, final long add) {
        return atomic(WorkRequestOpcodes.FETCH_AND_ADD, remoteAddress, rkey, add, 0);
    }

    /**
     * Makes it an atomic compare and swap on eight bytes of the peer; the former value comes into the local buffer.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param compare       value expected.
     * @param swap          value to store when it is found.
     * @return this.
     */
    public SendRequest compareAndSwap(
        final long remoteAddress, final int rkey, final long compare, final long swap) {
        return atomic(WorkRequestOpcodes.COMPARE_AND_SWAP, remoteAddress, rkey, compare, swap);
    }

    /**
     * Makes it an invalidation of a local key: peers that name it afterwards are refused.
     *
     * @param rkey remote key of a memory window of type 2, or of memory registered to be invalidated.
     * @return this.
     */
    public SendRequest localInvalidate(final int rkey) {
        memory.set(ValueLayout.JAVA_INT, SendRequestLayout.INVALIDATE_RKEY, rkey);
        return noLocalMemory().opcode(WorkRequestOpcodes.LOCAL_INVALIDATE);
    }

    /**
     * Makes it a bind of a memory window of type 2 to a part of a region; the window gets a new remote key.
     *
     * <p>Every posting chooses the next key, {@link MemoryWindow#rkey()} tells it afterwards. Peers can use it when the
     * request has completed.
     *
     * @param memoryWindow open window of type 2.
     * @param region       open region of the same protection domain, registered with {@link Access#MEMORY_WINDOW_BIND}.
     * @param offsetBytes  offset in the region.
     * @param lengthBytes  length of the part.
     * @param access       what peers may do through the window: remote rights only.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the window is of type 1, see {@link QueuePair#bindMemoryWindow}, or of
     *                                   another protection domain than the region.
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
     * Says where a SEND of an {@linkplain QueuePairType#UNRELIABLE_DATAGRAM unreliable datagram} queue pair goes.
     *
     * @param destination     open address handle of the queue pair's protection domain.
     * @param remoteQueuePair number of the peer's queue pair, 24 bits.
     * @param queueKey        key the peer's queue pair was given.
     * @return this.
     * @throws IllegalStateException when this request is not a SEND, with immediate data or without.
     */
    public SendRequest to(final AddressHandle destination, final int remoteQueuePair, final int queueKey) {
        final int opcode = memory.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
        if (opcode != WorkRequestOpcodes.SEND && opcode != WorkRequestOpcodes.SEND_WITH_IMMEDIATE) {
            throw new IllegalStateException("only a SEND goes to an address handle; call send() first");
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
     * Copies the data into the request; it needs no registration and may be changed at once ({@code IBV_SEND_INLINE}).
     *
     * @param data bytes to SEND or WRITE, at most what was allocated; the queue pair has a limit as well.
     * @return this.
     * @throws IndexOutOfBoundsException when the data is longer than was allocated for.
     */
    public SendRequest inlineData(final MemorySegment data) {
        final long lengthBytes = data.byteSize();
        if (lengthBytes > inlineBuffer.byteSize()) {
            throw new IndexOutOfBoundsException("inline data of " + lengthBytes + " bytes does not fit the "
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
     * Says whether success produces a completion; failure always does ({@code IBV_SEND_SIGNALED}).
     *
     * @param signaled true for a completion.
     * @return this.
     */
    public SendRequest signal(final boolean signaled) {
        return flag(SendFlags.SIGNALED, signaled);
    }

    /**
     * Says whether it waits for all READs and atomics before it ({@code IBV_SEND_FENCE}).
     *
     * @param fenced true to wait.
     * @return this.
     */
    public SendRequest fence(final boolean fenced) {
        return flag(SendFlags.FENCE, fenced);
    }

    /**
     * Says whether the peer's completion is solicited ({@code IBV_SEND_SOLICITED}); for SEND and WRITE with immediate.
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

    /** What the request some places behind this one does, as the C constant; for messages. */
    String operationName(final int index) {
        SendRequest request = this;
        for (int i = 0; i < index && request.next() != null; i++) {
            request = request.next();
        }
        return WorkRequestOpcodes.name(request.memory.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE));
    }

    /** A bind does. So does a datagram, but a queue pair that sends datagrams looks at every request anyway. */
    @Override
    boolean namesObjects() {
        return objects.isBind();
    }

    /**
     * Holds the objects this request, not the chain, names, until {@link #leaveObjects}.
     *
     * @param queuePair the queue pair it is about to be posted to.
     */
    void enterObjects(final QueuePair queuePair) {
        objects.enter(queuePair);
    }

    /** Lets the objects go that {@link #enterObjects} held for the same queue pair. */
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
