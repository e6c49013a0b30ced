// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_send_wr;
import java.lang.foreign.Arena;
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
 * request.workRequestId(7).read(remoteAddress, rkey).localMemory(region, 0, 64).signaled(true);
 * queuePair.postSend(request);
 * }</pre>
 *
 * <p>Not thread-safe: one thread at a time. Its memory is freed when neither it nor a request chained to it is
 * reachable.
 */
public final class SendRequest {

    private static final long WORK_REQUEST_ID = ibv_send_wr.wr_id$offset();
    private static final long NEXT = ibv_send_wr.next$offset();
    private static final long ELEMENTS = ibv_send_wr.sg_list$offset();
    private static final long ELEMENT_COUNT = ibv_send_wr.num_sge$offset();
    private static final long OPCODE = ibv_send_wr.opcode$offset();
    private static final long FLAGS = ibv_send_wr.send_flags$offset();
    private static final long IMMEDIATE_DATA = ibv_send_wr.imm_data$offset();
    private static final long INVALIDATE_RKEY = ibv_send_wr.invalidate_rkey$offset();
    private static final long UNION = ibv_send_wr.wr$offset();
    private static final long RDMA_REMOTE_ADDRESS = UNION + ibv_send_wr.wr.rdma.remote_addr$offset();
    private static final long RDMA_RKEY = UNION + ibv_send_wr.wr.rdma.rkey$offset();
    private static final long ATOMIC_REMOTE_ADDRESS = UNION + ibv_send_wr.wr.atomic.remote_addr$offset();
    private static final long ATOMIC_COMPARE_OR_ADD = UNION + ibv_send_wr.wr.atomic.compare_add$offset();
    private static final long ATOMIC_SWAP = UNION + ibv_send_wr.wr.atomic.swap$offset();
    private static final long ATOMIC_RKEY = UNION + ibv_send_wr.wr.atomic.rkey$offset();
    private static final long STRUCT_BYTES = ibv_send_wr.sizeof();

    private static final int OPCODE_WRITE = ffm_verbs_h.IBV_WR_RDMA_WRITE();
    private static final int OPCODE_WRITE_WITH_IMMEDIATE = ffm_verbs_h.IBV_WR_RDMA_WRITE_WITH_IMM();
    private static final int OPCODE_SEND = ffm_verbs_h.IBV_WR_SEND();
    private static final int OPCODE_SEND_WITH_IMMEDIATE = ffm_verbs_h.IBV_WR_SEND_WITH_IMM();
    private static final int OPCODE_READ = ffm_verbs_h.IBV_WR_RDMA_READ();
    private static final int OPCODE_COMPARE_AND_SWAP = ffm_verbs_h.IBV_WR_ATOMIC_CMP_AND_SWP();
    private static final int OPCODE_FETCH_AND_ADD = ffm_verbs_h.IBV_WR_ATOMIC_FETCH_AND_ADD();
    private static final int OPCODE_SEND_WITH_INVALIDATE = ffm_verbs_h.IBV_WR_SEND_WITH_INV();

    private static final int FENCE = ffm_verbs_h.IBV_SEND_FENCE();
    private static final int SIGNALED = ffm_verbs_h.IBV_SEND_SIGNALED();
    private static final int SOLICITED = ffm_verbs_h.IBV_SEND_SOLICITED();
    private static final int INLINE = ffm_verbs_h.IBV_SEND_INLINE();

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MAXIMUM_ELEMENTS = 1024;
    private static final int MAXIMUM_INLINE_BYTES = 1 << 16;

    private final MemorySegment memory;
    private final MemorySegment inlineBuffer;
    private final ScatterGatherList elements;
    private final long address;
    private final long badRequestAddress;
    private SendRequest next;

    private SendRequest(final int maximumElements, final int maximumInlineBytes) {
        final long listBytes = Math.max(1, maximumElements) * ScatterGatherList.ELEMENT_BYTES;
        final long badRequestOffset = STRUCT_BYTES + listBytes;
        final long inlineOffset = badRequestOffset + Long.BYTES;
        this.memory = Arena.ofAuto().allocate(inlineOffset + maximumInlineBytes, 64);
        this.address = memory.address();
        this.badRequestAddress = address + badRequestOffset;
        this.inlineBuffer = memory.asSlice(inlineOffset, maximumInlineBytes);
        this.elements = new ScatterGatherList(memory.asSlice(STRUCT_BYTES, listBytes));
        memory.set(ValueLayout.JAVA_LONG, ELEMENTS, address + STRUCT_BYTES);
        send().signaled(true);
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
     * Sets the number its completion carries ({@code wr_id}).
     *
     * @param workRequestId any number.
     * @return this.
     */
    public SendRequest workRequestId(final long workRequestId) {
        memory.set(ValueLayout.JAVA_LONG, WORK_REQUEST_ID, workRequestId);
        return this;
    }

    /**
     * Makes it an RDMA READ: the peer's memory is copied into the local buffers.
     *
     * @param remoteAddress address in the peer's region, as its {@code iova} says.
     * @param rkey          the peer's key.
     * @return this.
     */
    public SendRequest read(final long remoteAddress, final int rkey) {
        return remote(OPCODE_READ, remoteAddress, rkey);
    }

    /**
     * Makes it an RDMA WRITE: the local buffers are copied into the peer's memory.
     *
     * @param remoteAddress address in the peer's region, as its {@code iova} says.
     * @param rkey          the peer's key.
     * @return this.
     */
    public SendRequest write(final long remoteAddress, final int rkey) {
        return remote(OPCODE_WRITE, remoteAddress, rkey);
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
        memory.set(NETWORK_INT, IMMEDIATE_DATA, immediateData);
        return remote(OPCODE_WRITE_WITH_IMMEDIATE, remoteAddress, rkey);
    }

    /**
     * Makes it a SEND: the local buffers go into the peer's next receive.
     *
     * @return this.
     */
    public SendRequest send() {
        return opcode(OPCODE_SEND);
    }

    /**
     * Makes it a SEND with a number for the peer's completion.
     *
     * @param immediateData the number.
     * @return this.
     */
    public SendRequest sendWithImmediate(final int immediateData) {
        memory.set(NETWORK_INT, IMMEDIATE_DATA, immediateData);
        return opcode(OPCODE_SEND_WITH_IMMEDIATE);
    }

    /**
     * Makes it a SEND that invalidates a key of the peer.
     *
     * @param rkey the peer's key.
     * @return this.
     */
    public SendRequest sendWithInvalidate(final int rkey) {
        memory.set(ValueLayout.JAVA_INT, INVALIDATE_RKEY, rkey);
        return opcode(OPCODE_SEND_WITH_INVALIDATE);
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
        return atomic(OPCODE_FETCH_AND_ADD, remoteAddress, rkey, add, 0);
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
        return atomic(OPCODE_COMPARE_AND_SWAP, remoteAddress, rkey, compare, swap);
    }

    private SendRequest opcode(final int opcode) {
        memory.set(ValueLayout.JAVA_INT, OPCODE, opcode);
        return this;
    }

    private SendRequest remote(final int opcode, final long remoteAddress, final int rkey) {
        memory.set(ValueLayout.JAVA_LONG, RDMA_REMOTE_ADDRESS, remoteAddress);
        memory.set(ValueLayout.JAVA_INT, RDMA_RKEY, rkey);
        return opcode(opcode);
    }

    private SendRequest atomic(
        final int opcode, final long remoteAddress, final int rkey, final long compareOrAdd, final long swap) {
        memory.set(ValueLayout.JAVA_LONG, ATOMIC_REMOTE_ADDRESS, remoteAddress);
        memory.set(ValueLayout.JAVA_LONG, ATOMIC_COMPARE_OR_ADD, compareOrAdd);
        memory.set(ValueLayout.JAVA_LONG, ATOMIC_SWAP, swap);
        memory.set(ValueLayout.JAVA_INT, ATOMIC_RKEY, rkey);
        return opcode(opcode);
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
    public SendRequest localMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
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
    public SendRequest addLocalMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        elements.add(region, offsetBytes, lengthBytes);
        return elementsChanged(false);
    }

    /**
     * Names the only local buffer by address and key, as C does; the device checks them when it processes the request.
     *
     * @param localAddress address in a local region, as its {@code iova} says.
     * @param lengthBytes  length; a 32-bit unsigned number.
     * @param lkey         key of the local region.
     * @return this.
     */
    public SendRequest localAddress(final long localAddress, final int lengthBytes, final int lkey) {
        elements.setOnly(localAddress, lengthBytes, lkey);
        return elementsChanged(false);
    }

    /**
     * Names no local buffer: nothing is sent, read or written.
     *
     * @return this.
     */
    public SendRequest noLocalMemory() {
        elements.clear();
        return elementsChanged(false);
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
        elements.setOnly(inlineBuffer.address(), (int) lengthBytes, 0);
        return elementsChanged(true);
    }

    private SendRequest elementsChanged(final boolean inline) {
        memory.set(ValueLayout.JAVA_INT, ELEMENT_COUNT, elements.count());
        return flag(INLINE, inline);
    }

    /**
     * Says whether success produces a completion; failure always does ({@code IBV_SEND_SIGNALED}).
     *
     * @param signaled true for a completion.
     * @return this.
     */
    public SendRequest signaled(final boolean signaled) {
        return flag(SIGNALED, signaled);
    }

    /**
     * Says whether it waits for all READs and atomics before it ({@code IBV_SEND_FENCE}).
     *
     * @param fenced true to wait.
     * @return this.
     */
    public SendRequest fenced(final boolean fenced) {
        return flag(FENCE, fenced);
    }

    /**
     * Says whether the peer's completion is solicited ({@code IBV_SEND_SOLICITED}); for SEND and WRITE with immediate.
     *
     * @param solicited true to raise an event at a peer that waits for solicited completions only.
     * @return this.
     */
    public SendRequest solicited(final boolean solicited) {
        return flag(SOLICITED, solicited);
    }

    private SendRequest flag(final int flag, final boolean on) {
        final int flags = memory.get(ValueLayout.JAVA_INT, FLAGS);
        memory.set(ValueLayout.JAVA_INT, FLAGS, on ? flags | flag : flags & ~flag);
        return this;
    }

    /**
     * Chains a request behind this one; posting this one posts the whole chain.
     *
     * @param following the next request, or null to end the chain here.
     * @return this.
     * @throws IllegalArgumentException when the chain would lead back to this request.
     */
    public SendRequest next(final SendRequest following) {
        for (SendRequest request = following; request != null; request = request.next) {
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
        for (SendRequest request = next; request != null; request = request.next) {
            length++;
        }
        return length;
    }

    /** How many requests of this chain precede the one whose address the provider left as the bad one. */
    int countBeforeBadRequest() {
        final long bad = memory.get(ValueLayout.JAVA_LONG, badRequestAddress - address);
        int count = 0;
        for (SendRequest request = this; request != null && request.address != bad; request = request.next) {
            count++;
        }
        return count;
    }
}
