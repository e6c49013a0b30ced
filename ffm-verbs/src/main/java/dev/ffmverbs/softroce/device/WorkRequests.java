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
import dev.ffmverbs.spi.RequestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads chains of {@code struct ibv_send_wr} and {@code struct ibv_recv_wr} into queues; allocates nothing.
 *
 * <p>Other threads of the application may change requests while they are read. Each field is read once, then checked,
 * then used, and only the requests' own segments are read: the structure, its scatter / gather list, and inline data
 * where that is the request's own. All other addresses are looked up among registered memory later.
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
     * @param queue the send queue.
     * @param first the first {@code struct ibv_send_wr}.
     * @return 0, or the error number; then the first request knows which one was not posted. {@code ENOMEM} when the
     *     queue is full, {@code EOPNOTSUPP} for an operation that the device does not have, else {@code EINVAL}.
     */
    static int postSends(final SendQueue queue, final RequestMemory first) {
        for (RequestMemory request = first; request != null; request = request.next()) {
            final int errno = postSend(queue, request);
            if (errno != 0) {
                return refuse(first, request, errno);
            }
        }
        return 0;
    }

    /** Notes which request of a chain is the first not posted. */
    static int refuse(final RequestMemory first, final RequestMemory badRequest, final int errno) {
        first.markBad(badRequest);
        return errno;
    }

    private static int postSend(final SendQueue queue, final RequestMemory request) {
        final long slot = queue.claim();
        if (slot == SendQueue.FULL) {
            return Errno.ENOMEM;
        }
        final MemorySegment memory = request.segment();
        final int operation = memory.get(INT, SEND_OPCODE);
        if (!SendOperation.isSupported(operation)) {
            return Errno.EOPNOTSUPP;
        }
        final int flags = memory.get(INT, SEND_FLAGS);
        queue.request(slot, memory.get(LONG, SEND_ID), operation, flags,
            operation == SendOperation.SEND_WITH_INVALIDATE
                ? memory.get(INT, SEND_INVALIDATE) : memory.get(NETWORK_INT, SEND_IMMEDIATE));
        if (operation == SendOperation.ATOMIC_COMPARE_SWAP || operation == SendOperation.ATOMIC_FETCH_ADD) {
            queue.remote(slot, memory.get(LONG, ATOMIC_ADDRESS), memory.get(INT, ATOMIC_RKEY));
            queue.atomic(slot, memory.get(LONG, ATOMIC_COMPARE_OR_ADD), memory.get(LONG, ATOMIC_SWAP));
        } else {
            queue.remote(slot, memory.get(LONG, RDMA_ADDRESS), memory.get(INT, RDMA_RKEY));
        }
        final int count = memory.get(INT, SEND_ELEMENT_COUNT);
        final long elements = memory.get(LONG, SEND_ELEMENTS) - request.address();
        final boolean inline = (flags & SendFlags.INLINE) != 0;
        if (inline && count != 0 && (count != 1 || elements != SEND_BYTES)) {
            // Not the request's own data: another thread is changing it.
            return Errno.EINVAL;
        }
        for (int i = 0; i < count; i++) {
            final long element = elements + i * ELEMENT_BYTES;
            final long address = memory.get(LONG, element + ELEMENT_ADDRESS);
            final int bytes = memory.get(INT, element + ELEMENT_LENGTH);
            final boolean fits = inline
                ? addInline(queue, slot, memory, address - request.address(), Integer.toUnsignedLong(bytes))
                : queue.addElement(slot, address, bytes, memory.get(INT, element + ELEMENT_LKEY));
            if (!fits) {
                return Errno.EINVAL;
            }
        }
        return queue.publish(slot) ? 0 : Errno.EINVAL;
    }

    /**
     * Copies inline data out of the request's own memory.
     *
     * <p>A thread that changes the request at the same time can make it name other memory: that is refused.
     */
    private static boolean addInline(
        final SendQueue queue, final long slot, final MemorySegment memory, final long offset, final long bytes) {
        return offset >= 0 && offset <= memory.byteSize() - bytes && queue.addInline(slot, memory, offset, bytes);
    }

    /**
     * Posts a chain of receive requests.
     *
     * @param queue the receive queue.
     * @param first the first {@code struct ibv_recv_wr}.
     * @return 0, or the error number; then the first request knows which one was not posted. {@code ENOMEM} when the
     *     queue is full, {@code EINVAL} for a request with too many elements.
     */
    static int postReceives(final ReceiveQueue queue, final RequestMemory first) {
        for (RequestMemory request = first; request != null; request = request.next()) {
            final int errno = postReceive(queue, request);
            if (errno != 0) {
                return refuse(first, request, errno);
            }
        }
        return 0;
    }

    private static int postReceive(final ReceiveQueue queue, final RequestMemory request) {
        final long slot = queue.claim();
        if (slot == ReceiveQueue.FULL) {
            return Errno.ENOMEM;
        }
        final MemorySegment memory = request.segment();
        queue.request(slot, memory.get(LONG, RECEIVE_ID));
        final int count = memory.get(INT, RECEIVE_ELEMENT_COUNT);
        final long elements = memory.get(LONG, RECEIVE_ELEMENTS) - request.address();
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
