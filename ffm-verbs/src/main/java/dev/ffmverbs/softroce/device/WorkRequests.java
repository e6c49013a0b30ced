// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ibv_recv_wr;
import dev.ffmverbs.jextract.ibv_send_wr;
import dev.ffmverbs.jextract.ibv_sge;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.SendFlags;
import dev.ffmverbs.softroce.transport.SendOperation;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.RequestChain;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteOrder;

/**
 * Reads chains of {@code struct ibv_send_wr} and {@code struct ibv_recv_wr} into queues; allocates nothing.
 *
 * <p>Other threads of the application may change requests while they are read. Each field is read once, and only memory
 * of the requests themselves is read: a structure through the link that keeps it alive, its scatter / gather list, and
 * inline data where that is the request's own. All other addresses are looked up among registered memory later.
 *
 * <p>The caller has the queue's lock.
 */
final class WorkRequests {

    static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final long SEND_BYTES = ibv_send_wr.sizeof();
    private static final long SEND_ID = ibv_send_wr.wr_id$offset();
    private static final long SEND_ELEMENTS = ibv_send_wr.sg_list$offset();
    private static final long SEND_ELEMENT_COUNT = ibv_send_wr.num_sge$offset();
    private static final long SEND_OPCODE = ibv_send_wr.opcode$offset();
    private static final long SEND_FLAGS = ibv_send_wr.send_flags$offset();
    private static final long SEND_IMMEDIATE = ibv_send_wr.imm_data$offset();
    private static final long SEND_INVALIDATE = ibv_send_wr.invalidate_rkey$offset();
    private static final long UNION = ibv_send_wr.wr$offset();
    private static final long RDMA_ADDRESS = UNION + ibv_send_wr.wr.rdma.remote_addr$offset();
    private static final long RDMA_RKEY = UNION + ibv_send_wr.wr.rdma.rkey$offset();
    private static final long ATOMIC_ADDRESS = UNION + ibv_send_wr.wr.atomic.remote_addr$offset();
    private static final long ATOMIC_COMPARE_OR_ADD = UNION + ibv_send_wr.wr.atomic.compare_add$offset();
    private static final long ATOMIC_SWAP = UNION + ibv_send_wr.wr.atomic.swap$offset();
    private static final long ATOMIC_RKEY = UNION + ibv_send_wr.wr.atomic.rkey$offset();

    private static final long RECEIVE_ID = ibv_recv_wr.wr_id$offset();
    private static final long RECEIVE_ELEMENTS = ibv_recv_wr.sg_list$offset();
    private static final long RECEIVE_ELEMENT_COUNT = ibv_recv_wr.num_sge$offset();

    private static final long ELEMENT_BYTES = ibv_sge.sizeof();
    private static final long ELEMENT_ADDRESS = ibv_sge.addr$offset();
    private static final long ELEMENT_LENGTH = ibv_sge.length$offset();
    private static final long ELEMENT_LKEY = ibv_sge.lkey$offset();

    private WorkRequests() {
    }

    /**
     * Posts a chain of send requests.
     *
     * @param queue      the send queue.
     * @param first      the first request.
     * @param badRequest address of eight bytes for the address of the first one not posted.
     * @return 0, or the error number: {@code ENOMEM} when the queue is full, {@code EOPNOTSUPP} for an operation that
     *     the device does not have, {@code EINVAL} for a request that is not valid.
     */
    static int postSends(final SendQueue queue, final RequestChain first, final long badRequest) {
        RequestChain request = first;
        while (request != null) {
            final int errno = postSend(queue, CallerMemory.ALL, request.address());
            if (errno != 0) {
                return refuse(request.address(), badRequest, errno);
            }
            Reference.reachabilityFence(request);
            request = request.next();
        }
        return 0;
    }

    /** Notes which request is the first not posted. */
    static int refuse(final long request, final long badRequest, final int errno) {
        CallerMemory.ALL.set(LONG, badRequest, request);
        return errno;
    }

    private static int postSend(final SendQueue queue, final MemorySegment memory, final long request) {
        final long slot = queue.claim();
        if (slot == SendQueue.FULL) {
            return Errno.ENOMEM;
        }
        final int operation = memory.get(INT, request + SEND_OPCODE);
        if (!SendOperation.isSupported(operation)) {
            return Errno.EOPNOTSUPP;
        }
        final int flags = memory.get(INT, request + SEND_FLAGS);
        queue.request(slot, memory.get(LONG, request + SEND_ID), operation, flags,
            operation == SendOperation.SEND_WITH_INVALIDATE
                ? memory.get(INT, request + SEND_INVALIDATE) : memory.get(NETWORK_INT, request + SEND_IMMEDIATE));
        if (operation == SendOperation.ATOMIC_COMPARE_SWAP || operation == SendOperation.ATOMIC_FETCH_ADD) {
            queue.remote(slot, memory.get(LONG, request + ATOMIC_ADDRESS), memory.get(INT, request + ATOMIC_RKEY));
            queue.atomic(slot, memory.get(LONG, request + ATOMIC_COMPARE_OR_ADD),
                memory.get(LONG, request + ATOMIC_SWAP));
        } else {
            queue.remote(slot, memory.get(LONG, request + RDMA_ADDRESS), memory.get(INT, request + RDMA_RKEY));
        }
        final int count = memory.get(INT, request + SEND_ELEMENT_COUNT);
        final long elements = memory.get(LONG, request + SEND_ELEMENTS);
        final boolean inline = (flags & SendFlags.INLINE) != 0;
        if (inline && count != 0 && (count != 1 || elements != request + SEND_BYTES)) {
            // Not the request's own data: another thread is changing it.
            return Errno.EINVAL;
        }
        for (int i = 0; i < count; i++) {
            final long element = elements + i * ELEMENT_BYTES;
            final long address = memory.get(LONG, element + ELEMENT_ADDRESS);
            final int bytes = memory.get(INT, element + ELEMENT_LENGTH);
            final boolean fits = inline
                ? queue.addInline(slot, memory, address, Integer.toUnsignedLong(bytes))
                : queue.addElement(slot, address, bytes, memory.get(INT, element + ELEMENT_LKEY));
            if (!fits) {
                return Errno.EINVAL;
            }
        }
        return queue.publish(slot) ? 0 : Errno.EINVAL;
    }

    /**
     * Posts a chain of receive requests.
     *
     * @param queue      the receive queue.
     * @param first      the first request.
     * @param badRequest address of eight bytes for the address of the first one not posted.
     * @return 0, or the error number: {@code ENOMEM} when the queue is full, {@code EINVAL} for a request with too many
     *     elements.
     */
    static int postReceives(final ReceiveQueue queue, final RequestChain first, final long badRequest) {
        RequestChain request = first;
        while (request != null) {
            final int errno = postReceive(queue, CallerMemory.ALL, request.address());
            if (errno != 0) {
                return refuse(request.address(), badRequest, errno);
            }
            Reference.reachabilityFence(request);
            request = request.next();
        }
        return 0;
    }

    private static int postReceive(final ReceiveQueue queue, final MemorySegment memory, final long request) {
        final long slot = queue.claim();
        if (slot == ReceiveQueue.FULL) {
            return Errno.ENOMEM;
        }
        queue.request(slot, memory.get(LONG, request + RECEIVE_ID));
        final int count = memory.get(INT, request + RECEIVE_ELEMENT_COUNT);
        final long elements = memory.get(LONG, request + RECEIVE_ELEMENTS);
        for (int i = 0; i < count; i++) {
            final long element = elements + i * ELEMENT_BYTES;
            if (!queue.addElement(slot, memory.get(LONG, element + ELEMENT_ADDRESS),
                memory.get(INT, element + ELEMENT_LENGTH), memory.get(INT, element + ELEMENT_LKEY))) {
                return Errno.EINVAL;
            }
        }
        queue.publish();
        return 0;
    }
}
