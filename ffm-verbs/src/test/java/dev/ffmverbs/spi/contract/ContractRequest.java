// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.contract;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.layout.ReceiveRequestLayout;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;

/** A work request with one element, in the form that the public classes write. */
final class ContractRequest {

    private static final long ELEMENT = SendRequestLayout.BYTES;
    private static final long BAD_REQUEST = ELEMENT + ScatterGatherElementLayout.BYTES;

    final RequestMemory memory;
    private final MemorySegment segment;

    private ContractRequest(final ContractEnd end, final long workRequestId) {
        segment = end.arena.allocate(BAD_REQUEST + Long.BYTES, Long.BYTES);
        memory = new RequestMemory(segment, BAD_REQUEST);
        segment.set(JAVA_LONG, ReceiveRequestLayout.WORK_REQUEST_ID, workRequestId);
    }

    /** A signaled request for the send queue. */
    static ContractRequest send(final ContractEnd end, final long workRequestId, final int opcode) {
        final ContractRequest request = new ContractRequest(end, workRequestId);
        request.segment.set(JAVA_INT, SendRequestLayout.OPCODE, opcode);
        request.segment.set(JAVA_INT, SendRequestLayout.FLAGS, SendFlags.SIGNALED);
        return request;
    }

    /** A request for the receive queue. */
    static ContractRequest receive(final ContractEnd end, final long workRequestId) {
        return new ContractRequest(end, workRequestId);
    }

    /** Sets the local buffer to a part of the end's memory. */
    ContractRequest local(final ContractEnd end, final long offset, final int bytes) {
        return local(end.iova(offset), bytes, end.region.lkey());
    }

    ContractRequest local(final long address, final int bytes, final int lkey) {
        segment.set(JAVA_LONG, ELEMENT + ScatterGatherElementLayout.ADDRESS, address);
        segment.set(JAVA_INT, ELEMENT + ScatterGatherElementLayout.LENGTH, bytes);
        segment.set(JAVA_INT, ELEMENT + ScatterGatherElementLayout.LKEY, lkey);
        segment.set(JAVA_LONG, ReceiveRequestLayout.ELEMENTS, segment.address() + ELEMENT);
        segment.set(JAVA_INT, ReceiveRequestLayout.ELEMENT_COUNT, 1);
        return this;
    }

    /** Sets the part of the peer's memory for a READ or WRITE. */
    ContractRequest remote(final ContractEnd peer, final long offset) {
        return remote(peer.iova(offset), peer.region.rkey());
    }

    ContractRequest remote(final long address, final int rkey) {
        segment.set(JAVA_LONG, SendRequestLayout.RDMA_REMOTE_ADDRESS, address);
        segment.set(JAVA_INT, SendRequestLayout.RDMA_RKEY, rkey);
        return this;
    }

    /** Makes it a fetch and add on eight bytes of the peer's memory. */
    ContractRequest add(final ContractEnd peer, final long offset, final long number) {
        segment.set(JAVA_LONG, SendRequestLayout.ATOMIC_REMOTE_ADDRESS, peer.iova(offset));
        segment.set(JAVA_INT, SendRequestLayout.ATOMIC_RKEY, peer.region.rkey());
        segment.set(JAVA_LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD, number);
        return this;
    }

    ContractRequest immediate(final int networkOrder) {
        segment.set(JAVA_INT, SendRequestLayout.IMMEDIATE_DATA, networkOrder);
        return this;
    }

    /** Chains another request after this one. */
    ContractRequest chain(final ContractRequest following) {
        segment.set(JAVA_LONG, ReceiveRequestLayout.NEXT, following.memory.address());
        memory.next(following.memory);
        return this;
    }
}
