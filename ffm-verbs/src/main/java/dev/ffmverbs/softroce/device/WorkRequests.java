// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.RequestPackets;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.MemoryWindowBindLayout;
import dev.ffmverbs.spi.layout.MemoryWindowRangeLayout;
import dev.ffmverbs.spi.layout.ReceiveRequestLayout;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads chains of {@code struct ibv_send_wr} and {@code struct ibv_recv_wr} into queues. Allocates nothing.
 *
 * <p>Other threads of the application may change requests while they are read. Each field is therefore read once, then
 * checked, then used. Only the requests' own segments are read: the structure, its scatter / gather list, and inline
 * data in the request's own memory. All other addresses are later looked up in registered memory.
 *
 * <p>The caller has the queue's lock.
 */
final class WorkRequests {

    static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfLong LONG = JAVA_LONG;
    private static final ValueLayout.OfInt INT = JAVA_INT;

    private WorkRequests() {
    }

    /** Returns the number that four bytes in network order stand for. The argument is read from them as an int. */
    static int fromNetworkOrder(final int bytes) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? bytes : Integer.reverseBytes(bytes);
    }

    /**
     * Posts a chain of send requests.
     *
     * @param queue   the send queue.
     * @param handles the address handles that datagrams may name; null for the queue of a connection.
     * @param first   the first {@code struct ibv_send_wr}.
     * @return 0, or the error number: {@code ENOMEM} when the queue is full, {@code EOPNOTSUPP} for an operation that
     *     the device lacks, otherwise {@code EINVAL}. On an error, the first request records which one was not posted.
     */
    static int postSends(final SendQueue queue, final AddressHandles handles, final RequestMemory first) {
        for (RequestMemory request = first; request != null; request = request.next()) {
            final int errno = postSend(queue, handles, request);
            if (errno != 0) {
                return refuse(first, request, errno);
            }
        }
        return 0;
    }

    /** Records which request of a chain is the first that was not posted. */
    static int refuse(final RequestMemory first, final RequestMemory badRequest, final int errno) {
        first.markBad(badRequest);
        return errno;
    }

    private static int postSend(final SendQueue queue, final AddressHandles handles, final RequestMemory request) {
        final long slot = queue.claim();
        if (slot == SendQueue.FULL) {
            return Errno.ENOMEM;
        }
        final MemorySegment memory = request.segment();
        final int operation = memory.get(INT, SendRequestLayout.OPCODE);
        if (!queue.supports(operation) || RequestPackets.needsBatch(operation)) {
            return Errno.EOPNOTSUPP;
        }
        if (operation == WorkRequestOpcodes.LOCAL_INVALIDATE || operation == WorkRequestOpcodes.BIND_MEMORY_WINDOW) {
            return postLocal(queue, slot, operation, memory);
        }
        final int flags = memory.get(INT, SendRequestLayout.FLAGS);
        queue.request(slot, memory.get(LONG, SendRequestLayout.WORK_REQUEST_ID), operation, flags,
            operation == WorkRequestOpcodes.SEND_WITH_INVALIDATE
                ? memory.get(INT, SendRequestLayout.INVALIDATE_RKEY)
                : memory.get(NETWORK_INT, SendRequestLayout.IMMEDIATE_DATA));
        if (handles != null) {
            final UdpPath path = handles.find(memory.get(LONG, SendRequestLayout.DATAGRAM_ADDRESS_HANDLE));
            if (path == null) {
                return Errno.EINVAL;
            }
            queue.destination(
                slot,
                path,
                memory.get(INT, SendRequestLayout.DATAGRAM_QUEUE_PAIR),
                memory.get(INT, SendRequestLayout.DATAGRAM_QUEUE_KEY));
        } else if (RequestPackets.isAtomic(operation)) {
            queue.remote(
                slot,
                memory.get(LONG, SendRequestLayout.ATOMIC_REMOTE_ADDRESS),
                memory.get(INT, SendRequestLayout.ATOMIC_RKEY));
            queue.atomic(
                slot,
                memory.get(LONG, SendRequestLayout.ATOMIC_COMPARE_OR_ADD),
                memory.get(LONG, SendRequestLayout.ATOMIC_SWAP));
        } else {
            queue.remote(
                slot,
                memory.get(LONG, SendRequestLayout.RDMA_REMOTE_ADDRESS),
                memory.get(INT, SendRequestLayout.RDMA_RKEY));
        }
        final int count = memory.get(INT, SendRequestLayout.ELEMENT_COUNT);
        final long elements = memory.get(LONG, SendRequestLayout.ELEMENTS) - request.address();
        final boolean inline = (flags & SendFlags.INLINE) != 0;
        if (inline && count != 0 && (count != 1 || elements != SendRequestLayout.BYTES)) {
            // This is not the request's own data, because another thread is changing the request.
            return Errno.EINVAL;
        }
        for (int i = 0; i < count; i++) {
            final long element = elements + i * ScatterGatherElementLayout.BYTES;
            final long address = memory.get(LONG, element + ScatterGatherElementLayout.ADDRESS);
            final int bytes = memory.get(INT, element + ScatterGatherElementLayout.LENGTH);
            final boolean fits = inline
                ? addInline(queue, slot, memory, address - request.address(), Integer.toUnsignedLong(bytes))
                : queue.addElement(slot, address, bytes, memory.get(INT, element + ScatterGatherElementLayout.LKEY));
            if (!fits) {
                return Errno.EINVAL;
            }
        }
        return queue.publish(slot) ? 0 : Errno.EINVAL;
    }

    /** Posts a request that has no data, because no peer takes part in it. */
    private static int postLocal(
        final SendQueue queue, final long slot, final int operation, final MemorySegment memory) {
        final long workRequestId = memory.get(LONG, SendRequestLayout.WORK_REQUEST_ID);
        final int flags = memory.get(INT, SendRequestLayout.FLAGS) & ~SendFlags.INLINE;
        if (operation == WorkRequestOpcodes.LOCAL_INVALIDATE) {
            queue.request(slot, workRequestId, operation, flags, memory.get(INT, SendRequestLayout.INVALIDATE_RKEY));
        } else {
            queue.request(
                slot, workRequestId, operation, flags, (int) memory.get(LONG, SendRequestLayout.BIND_WINDOW));
            queue.bind(
                slot,
                memory.get(INT, SendRequestLayout.BIND_RKEY),
                (int) memory.get(LONG, SendRequestLayout.BIND_REGION),
                memory.get(LONG, SendRequestLayout.BIND_ADDRESS),
                memory.get(LONG, SendRequestLayout.BIND_LENGTH),
                memory.get(INT, SendRequestLayout.BIND_ACCESS));
        }
        return queue.publish(slot) ? 0 : Errno.EINVAL;
    }

    /**
     * Posts a bind of a memory window of type 1.
     *
     * @param queue  the send queue.
     * @param window handle of the window.
     * @param newKey its new key.
     * @param bind   a {@code struct ibv_mw_bind}.
     * @return 0, {@code ENOMEM} when the queue is full, or {@code EOPNOTSUPP} when it is for datagrams.
     */
    static int postBind(final SendQueue queue, final long window, final int newKey, final MemorySegment bind) {
        final long slot = queue.claim();
        if (slot == SendQueue.FULL) {
            return Errno.ENOMEM;
        }
        if (!queue.supports(WorkRequestOpcodes.BIND_MEMORY_WINDOW)) {
            return Errno.EOPNOTSUPP;
        }
        queue.request(slot, bind.get(LONG, MemoryWindowBindLayout.WORK_REQUEST_ID),
            WorkRequestOpcodes.BIND_MEMORY_WINDOW,
            bind.get(INT, MemoryWindowBindLayout.FLAGS) & ~SendFlags.INLINE, (int) window);
        describeRange(queue, slot, newKey, MemoryWindowBindLayout.range(bind));
        return queue.publish(slot) ? 0 : Errno.EINVAL;
    }

    /** Describes what a memory window is bound to, from a {@code struct ibv_mw_bind_info}. */
    static void describeRange(
        final SendQueue queue, final long slot, final int newKey, final MemorySegment range) {
        queue.bind(
            slot,
            newKey,
            (int) range.get(LONG, MemoryWindowRangeLayout.REGION),
            range.get(LONG, MemoryWindowRangeLayout.ADDRESS),
            range.get(LONG, MemoryWindowRangeLayout.LENGTH),
            range.get(INT, MemoryWindowRangeLayout.ACCESS));
    }

    /**
     * Copies inline data out of the request's own memory.
     *
     * <p>A thread that changes the request at the same time can make it name other memory, which is refused.
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
     * @return 0, or the error number: {@code ENOMEM} when the queue is full, {@code EINVAL} for a request with too many
     *     elements. On an error, the first request records which one was not posted.
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
        queue.request(slot, memory.get(LONG, ReceiveRequestLayout.WORK_REQUEST_ID));
        final int count = memory.get(INT, ReceiveRequestLayout.ELEMENT_COUNT);
        final long elements = memory.get(LONG, ReceiveRequestLayout.ELEMENTS) - request.address();
        for (int i = 0; i < count; i++) {
            final long element = elements + i * ScatterGatherElementLayout.BYTES;
            final boolean fits = queue.addElement(
                slot,
                memory.get(LONG, element + ScatterGatherElementLayout.ADDRESS),
                memory.get(INT, element + ScatterGatherElementLayout.LENGTH),
                memory.get(INT, element + ScatterGatherElementLayout.LKEY));
            if (!fits) {
                return Errno.EINVAL;
            }
        }
        queue.publish();
        return 0;
    }
}
