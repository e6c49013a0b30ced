// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.SendOperationFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.MemorySegment;

/**
 * A queue pair that builds requests directly in the slots of its send queue. The whole batch becomes visible to the
 * connection at once.
 *
 * <p>The thread that builds a batch holds the lock of the send queue, as it would in a C driver. The first call that
 * fails decides the result of the batch, and later calls have no effect. Building a batch allocates nothing.
 */
final class SoftExtendedQueuePair extends SoftQueuePair implements ExtendedQueuePairOperations {

    /** The operations that a batch can contain, flags of {@link SendOperationFlags}. */
    private static final long OF_DATAGRAMS = SendOperationFlags.SEND | SendOperationFlags.SEND_WITH_IMMEDIATE;
    private static final long OF_UNRELIABLE_CONNECTIONS =
        OF_DATAGRAMS | SendOperationFlags.RDMA_WRITE | SendOperationFlags.RDMA_WRITE_WITH_IMMEDIATE
            | SendOperationFlags.BIND_MEMORY_WINDOW;
    private static final long OF_RELIABLE_CONNECTIONS = OF_UNRELIABLE_CONNECTIONS
        | SendOperationFlags.SEND_WITH_INVALIDATE | SendOperationFlags.RDMA_READ | SendOperationFlags.COMPARE_AND_SWAP
        | SendOperationFlags.FETCH_AND_ADD | SendOperationFlags.LOCAL_INVALIDATE | SendOperationFlags.FLUSH
        | SendOperationFlags.ATOMIC_WRITE;

    private static final long NONE = SendQueue.FULL;

    /** The state of the batch. Guarded by the lock of the send queue. */
    private int requests;
    private long slot = NONE;
    private int errno;
    private long workRequestId;
    private int flags;

    SoftExtendedQueuePair(
        final SoftProtectionDomain domain, final MemorySegment initAttributes,
        final SoftCompletionQueue sendCompletions, final SoftCompletionQueue receiveCompletions,
        final SoftSharedReceiveQueue sharedReceives) {
        super(domain, initAttributes, sendCompletions, receiveCompletions, sharedReceives);
    }

    /** Returns the operations that a batch of a queue pair of this type can contain. */
    static long operations(final int type) {
        return switch (type) {
            case QueuePairTypes.RELIABLE_CONNECTION -> OF_RELIABLE_CONNECTIONS;
            case QueuePairTypes.UNRELIABLE_CONNECTION -> OF_UNRELIABLE_CONNECTIONS;
            default -> OF_DATAGRAMS;
        };
    }

    @Override
    public void start() {
        lockSends();
        requests = 0;
        slot = NONE;
        errno = acceptsSends() ? 0 : Errno.EINVAL;
    }

    @Override
    public int complete() {
        finishRequest();
        final int result = errno;
        if (result == 0) {
            sends().publishClaimed(requests);
        }
        unlockSends();
        sendPosted();
        return result;
    }

    @Override
    public void abort() {
        unlockSends();
    }

    @Override
    public void prepare(final long newWorkRequestId, final int newFlags) {
        workRequestId = newWorkRequestId;
        flags = newFlags & ~SendFlags.INLINE;
    }

    private void begin(final int operation, final int immediate) {
        finishRequest();
        if (errno != 0) {
            return;
        }
        slot = sends().claim(requests);
        if (slot == SendQueue.FULL) {
            errno = Errno.ENOMEM;
        } else {
            sends().request(slot, workRequestId, operation, flags, immediate);
            if (addressHandles() != null) {
                sends().destination(slot, null, 0, 0);
            }
        }
    }

    @Override
    public void datagramAddress(final long addressHandle, final int remoteQueuePair, final int queueKey) {
        if (slot != NONE) {
            sends().destination(slot, addressHandles().find(addressHandle), remoteQueuePair, queueKey);
        }
    }

    private void begin(final int operation, final int immediate, final int rkey, final long remoteAddress) {
        begin(operation, immediate);
        if (slot != NONE) {
            sends().remote(slot, remoteAddress, rkey);
        }
    }

    /** Counts the request begun last, or makes the batch fail if that request is not valid. */
    private void finishRequest() {
        if (slot != NONE) {
            if (errno == 0 && !sends().isValid(slot)) {
                errno = Errno.EINVAL;
            }
            requests++;
            slot = NONE;
        }
    }

    @Override
    public void send() {
        begin(WorkRequestOpcodes.SEND, 0);
    }

    @Override
    public void sendWithImmediate(final int immediateData) {
        begin(WorkRequestOpcodes.SEND_WITH_IMMEDIATE, WorkRequests.fromNetworkOrder(immediateData));
    }

    @Override
    public void sendWithInvalidate(final int rkey) {
        begin(WorkRequestOpcodes.SEND_WITH_INVALIDATE, rkey);
    }

    @Override
    public void write(final int rkey, final long remoteAddress) {
        begin(WorkRequestOpcodes.RDMA_WRITE, 0, rkey, remoteAddress);
    }

    @Override
    public void writeWithImmediate(final int rkey, final long remoteAddress, final int immediateData) {
        begin(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, WorkRequests.fromNetworkOrder(immediateData), rkey,
            remoteAddress);
    }

    @Override
    public void read(final int rkey, final long remoteAddress) {
        begin(WorkRequestOpcodes.RDMA_READ, 0, rkey, remoteAddress);
    }

    @Override
    public void compareAndSwap(final int rkey, final long remoteAddress, final long compare, final long swap) {
        atomic(WorkRequestOpcodes.COMPARE_AND_SWAP, rkey, remoteAddress, compare, swap);
    }

    @Override
    public void fetchAndAdd(final int rkey, final long remoteAddress, final long add) {
        atomic(WorkRequestOpcodes.FETCH_AND_ADD, rkey, remoteAddress, add, 0);
    }

    private void atomic(
        final int operation, final int rkey, final long remoteAddress, final long compareOrAdd, final long swap) {
        begin(operation, 0, rkey, remoteAddress);
        if (slot != NONE) {
            sends().atomic(slot, compareOrAdd, swap);
        }
    }

    @Override
    public void localInvalidate(final int rkey) {
        begin(WorkRequestOpcodes.LOCAL_INVALIDATE, rkey);
    }

    @Override
    public void flush(
        final int rkey, final long remoteAddress, final long lengthBytes, final int placement, final int selection) {
        begin(WorkRequestOpcodes.FLUSH, 0, rkey, remoteAddress);
        if (slot != NONE) {
            sends().flush(slot, lengthBytes, placement, selection);
        }
    }

    @Override
    public void atomicWrite(final int rkey, final long remoteAddress, final long value) {
        atomic(WorkRequestOpcodes.ATOMIC_WRITE, rkey, remoteAddress, 0, value);
    }

    @Override
    public void bindMemoryWindow(final long window, final int rkey, final MemorySegment bindInfo) {
        begin(WorkRequestOpcodes.BIND_MEMORY_WINDOW, (int) window);
        if (slot != NONE) {
            WorkRequests.describeRange(sends(), slot, rkey, bindInfo);
        }
    }

    @Override
    public void scatterGather(final int lkey, final long address, final int lengthBytes) {
        if (slot != NONE) {
            sends().clearData(slot);
            addElement(address, lengthBytes, lkey);
        }
    }

    @Override
    public void scatterGatherList(final int count, final MemorySegment elements) {
        if (slot == NONE) {
            return;
        }
        sends().clearData(slot);
        for (int i = 0; i < count; i++) {
            final long element = i * ScatterGatherElementLayout.BYTES;
            addElement(
                elements.get(JAVA_LONG, element + ScatterGatherElementLayout.ADDRESS),
                elements.get(JAVA_INT, element + ScatterGatherElementLayout.LENGTH),
                elements.get(JAVA_INT, element + ScatterGatherElementLayout.LKEY));
        }
    }

    private void addElement(final long address, final int lengthBytes, final int lkey) {
        if (!sends().addElement(slot, address, lengthBytes, lkey)) {
            errno = Errno.EINVAL;
        }
    }

    @Override
    public void inlineData(final MemorySegment data, final int lengthBytes) {
        if (slot == NONE) {
            return;
        }
        sends().makeInline(slot);
        if (!sends().addInline(slot, data, 0, Integer.toUnsignedLong(lengthBytes))) {
            errno = Errno.EINVAL;
        }
    }
}
