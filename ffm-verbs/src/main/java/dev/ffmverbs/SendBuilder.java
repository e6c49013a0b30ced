// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.layout.MemoryWindowRangeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one request of an {@link ExtendedQueuePair} at a time. The request is kept here until the next one begins, and
 * is then passed to the provider as a whole.
 *
 * <p>Drivers do not check the order of their calls. A call that sets the data of a request that was never begun
 * overwrites other memory. This class therefore passes only complete requests to them. Not thread-safe.
 */
final class SendBuilder {

    private final ExtendedQueuePairOperations operations;
    private final QueuePair queuePair;
    private final boolean datagrams;
    private final MemorySegment elementMemory;
    private final ScatterGatherList elements;
    private final MemorySegment inlineBuffer;

    /** Windows bound in the current batch, with their new keys. Empty for a batch without binds. */
    private final List<Bind> binds = new ArrayList<>();

    /** The number and flags of requests begun from now on. */
    private long workRequestId;
    private int flags;
    private int finishedRequests;

    /** The operation of the request begun last; null when there is none or it is finished. */
    private SendOperation operation;
    private long operationWorkRequestId;
    private int operationFlags;
    private long remoteAddress;
    private int rkey;
    private long firstOperand;
    private long secondOperand;
    private boolean inline;
    private int inlineBytes;
    private AddressHandle addressHandle;
    private int remoteQueuePair;
    private int queueKey;

    private record Bind(MemoryWindow window, int rkey) {
    }

    SendBuilder(final ExtendedQueuePairOperations operations, final QueuePair queuePair) {
        this.operations = operations;
        this.queuePair = queuePair;
        final QueuePairConfiguration configuration = queuePair.configuration();
        this.datagrams = configuration.type() == QueuePairType.UNRELIABLE_DATAGRAM;
        final int capacity = configuration.sendScatterGatherElements();
        this.elementMemory = Arena.ofAuto().allocate(
            Math.max(1, capacity) * ScatterGatherList.ELEMENT_BYTES, Long.BYTES);
        this.elements = new ScatterGatherList(elementMemory, capacity);
        this.inlineBuffer = Arena.ofAuto().allocate(configuration.inlineBytes());
    }

    /** Clears all state, at the start and at the end of a batch. */
    void reset() {
        workRequestId = 0;
        flags = 0;
        finishedRequests = 0;
        operation = null;
        binds.clear();
        forgetAddress();
    }

    private void forgetAddress() {
        if (addressHandle != null) {
            addressHandle.leave();
            addressHandle = null;
        }
    }

    int finishedRequests() {
        return finishedRequests;
    }

    void workRequestId(final long number) {
        workRequestId = number;
    }

    void flag(final int flag, final boolean on) {
        flags = on ? flags | flag : flags & ~flag;
    }

    void begin(
        final SendOperation begun, final long address, final int key, final long first, final long second) {
        operation = begun;
        operationWorkRequestId = workRequestId;
        operationFlags = flags;
        remoteAddress = address;
        rkey = key;
        firstOperand = first;
        secondOperand = second;
        inline = false;
        elements.clear();
    }

    void requireBegun() {
        if (operation == null) {
            throw new IllegalStateException("no request has been begun; call send(), write() or another operation"
                + " first");
        }
    }

    /** Sets the destination of a datagram. The handle is entered, and left when the request is finished or dropped. */
    void to(final AddressHandle destination, final int destinationQueuePair, final int key) {
        forgetAddress();
        addressHandle = destination;
        remoteQueuePair = destinationQueuePair;
        queueKey = key;
    }

    void localMemory(
        final MemoryRegion region, final long offsetBytes, final long lengthBytes, final boolean only) {
        requireBegun();
        if (only || inline) {
            elements.clear();
        }
        inline = false;
        elements.add(region, offsetBytes, lengthBytes);
    }

    void inlineData(final MemorySegment data) {
        requireBegun();
        final long lengthBytes = data.byteSize();
        if (lengthBytes > inlineBuffer.byteSize()) {
            throw new IndexOutOfBoundsException("inline data of " + lengthBytes + " bytes exceeds the "
                + inlineBuffer.byteSize() + " bytes this queue pair was created for");
        }
        MemorySegment.copy(data, 0, inlineBuffer, 0, lengthBytes);
        inline = true;
        inlineBytes = (int) lengthBytes;
    }

    void localInvalidate(final int key) {
        operations.prepare(workRequestId, flags);
        operations.localInvalidate(key);
        finishedRequests++;
    }

    void flush(final int key, final long address, final long lengthBytes, final int placement, final int selection) {
        operations.prepare(workRequestId, flags);
        operations.flush(key, address, lengthBytes, placement, selection);
        finishedRequests++;
    }

    void atomicWrite(final int key, final long address, final long value) {
        operations.prepare(workRequestId, flags);
        operations.atomicWrite(key, address, value);
        finishedRequests++;
    }

    void bindMemoryWindow(
        final MemoryWindow window, final MemoryRegion region, final long offsetBytes, final long lengthBytes,
        final Access... access) {
        window.enterFor(queuePair, region);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment range = arena.allocate(MemoryWindowRangeLayout.LAYOUT);
            region.writeRange(range, offsetBytes, lengthBytes, access);
            final int key = window.nextRkey();
            operations.prepare(workRequestId, flags);
            operations.bindMemoryWindow(window.operations().handle(), key, range);
            finishedRequests++;
            binds.add(new Bind(window, key));
        } finally {
            region.leave();
            window.leave();
        }
    }

    /** Sets the new keys of the windows bound by a batch that was posted. */
    void noteBinds() {
        if (!binds.isEmpty()) {
            binds.forEach(bind -> bind.window.noteBindUnlessClosed(queuePair, bind.rkey));
        }
    }

    /** Passes the request begun last to the provider. */
    void finishRequest() {
        if (operation == null) {
            return;
        }
        if (datagrams && addressHandle == null) {
            throw new IllegalStateException("the " + operation + " begun last has no address; call to(...)");
        }
        operations.prepare(operationWorkRequestId,
            inline ? operationFlags | SendFlags.INLINE : operationFlags);
        finishOperation();
        if (datagrams) {
            operations.datagramAddress(addressHandle.operations().handle(), remoteQueuePair, queueKey);
            forgetAddress();
        }
        if (inline) {
            operations.inlineData(inlineBuffer, inlineBytes);
        } else if (elements.count() == 1) {
            operations.scatterGather(elements.lkey(0), elements.address(0), elements.length(0));
        } else {
            operations.scatterGatherList(elements.count(), elementMemory);
        }
        operation = null;
        finishedRequests++;
    }

    private void finishOperation() {
        switch (operation) {
            case SEND -> operations.send();
            case SEND_WITH_IMMEDIATE -> operations.sendWithImmediate(NetworkOrder.fromHost((int) firstOperand));
            case SEND_WITH_INVALIDATE -> operations.sendWithInvalidate(rkey);
            case WRITE -> operations.write(rkey, remoteAddress);
            case WRITE_WITH_IMMEDIATE -> operations.writeWithImmediate(
                rkey, remoteAddress, NetworkOrder.fromHost((int) firstOperand));
            case READ -> operations.read(rkey, remoteAddress);
            case FETCH_AND_ADD -> operations.fetchAndAdd(rkey, remoteAddress, firstOperand);
            case COMPARE_AND_SWAP -> operations.compareAndSwap(rkey, remoteAddress, firstOperand, secondOperand);
            case LOCAL_INVALIDATE, BIND_MEMORY_WINDOW, FLUSH, ATOMIC_WRITE ->
                throw new AssertionError(operation + " is passed to the provider when it begins");
        }
    }
}
