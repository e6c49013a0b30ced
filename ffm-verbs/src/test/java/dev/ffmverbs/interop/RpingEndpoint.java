// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One end of an rping connection, with everything that both roles need.
 *
 * <p>Every message is an {@link Advertisement}. From the server to the client, it means to go ahead, and its content
 * does not matter. Requests are posted and finished one by one, except that a SEND may be unfinished while the
 * peer's answer to it is awaited.
 */
final class RpingEndpoint implements AutoCloseable {

    /** Largest ping that the C program accepts. */
    static final int MAXIMUM_PING_BYTES = 65_535;

    private static final int INCOMING = 0;
    private static final int OUTGOING = Advertisement.BYTES;

    /**
     * The memory for the peer's READ or WRITE, as 16 bytes in network byte order.
     *
     * @param address   remote address.
     * @param rkey      its key.
     * @param sizeBytes its length.
     */
    record Advertisement(long address, int rkey, int sizeBytes) {

        static final int BYTES = 16;

        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

        static Advertisement read(final MemorySegment memory, final long offset) {
            return new Advertisement(
                memory.get(LONG, offset), memory.get(INT, offset + 8), memory.get(INT, offset + 12));
        }

        void write(final MemorySegment memory, final long offset) {
            memory.set(LONG, offset, address);
            memory.set(INT, offset + 8, rkey);
            memory.set(INT, offset + 12, sizeBytes);
        }
    }

    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final ConnectionManager manager;
    private final MemoryRegion messages;
    private final SendRequest send = SendRequest.allocate(1);
    private final SendRequest transfer = SendRequest.allocate(1);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private QueuePair queuePair;
    private Connection connection;

    RpingEndpoint(final Device device) {
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(16);
        waiter = new CompletionWaiter(queue);
        manager = ConnectionManager.open(context);
        messages = domain.allocate(2 * Advertisement.BYTES, Access.LOCAL_WRITE);
        send.send().localMemory(messages, OUTGOING, Advertisement.BYTES);
        receive.localMemory(messages, INCOMING, Advertisement.BYTES);
    }

    ProtectionDomain domain() {
        return domain;
    }

    ConnectionManager manager() {
        return manager;
    }

    /** Returns the parameters of both roles. rping has one READ at a time, from the client to the server. */
    static ConnectionParameters parameters() {
        return ConnectionParameters.defaults().withReads(1, 1);
    }

    /** Creates an unconnected queue pair with its receive posted, because the peer may be fast. */
    QueuePair newQueuePair() {
        if (queuePair != null) {
            queuePair.close();
            // On siw, its flushed receive stays, and the next queue pair has its number.
            waiter.discardAll();
        }
        queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue).withReceiveRequests(2));
        queuePair.modify(new QueuePairAttributes()
            .state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
        postReceive();
        return queuePair;
    }

    void connected(final Connection newConnection) {
        connection = newConnection;
    }

    private void postReceive() {
        require(queuePair.postReceive(receive) == 1, "the receive queue is full");
    }

    private void require(final boolean condition, final String otherwise) {
        if (!condition) {
            throw new AssertionError(queuePair + ": " + otherwise);
        }
    }

    void send(final Advertisement advertisement) {
        advertisement.write(messages.segment(), OUTGOING);
        require(queuePair.postSend(send) == 1, "the send queue is full");
    }

    /** Waits for a message. Returns null if the peer has disconnected instead. */
    Advertisement receive() {
        if (!await(WorkCompletionOpcode.RECEIVE)) {
            return null;
        }
        require(waiter.completion().byteLength(0) == Advertisement.BYTES,
            "received " + waiter.completion().byteLength(0) + " bytes, expected " + Advertisement.BYTES);
        final Advertisement received = Advertisement.read(messages.segment(), INCOMING);
        postReceive();
        return received;
    }

    /** READs the memory that the peer advertised to the beginning of a region. */
    void read(final Advertisement remote, final MemoryRegion to) {
        transfer.read(remote.address(), remote.rkey()).localMemory(to, 0, remote.sizeBytes());
        execute(WorkCompletionOpcode.RDMA_READ);
    }

    /** WRITEs the beginning of a region to the memory that the peer advertised. */
    void write(final MemoryRegion from, final int lengthBytes, final Advertisement remote) {
        transfer.write(remote.address(), remote.rkey()).localMemory(from, 0, lengthBytes);
        execute(WorkCompletionOpcode.RDMA_WRITE);
    }

    private void execute(final WorkCompletionOpcode opcode) {
        require(queuePair.postSend(transfer) == 1, "the send queue is full");
        require(await(opcode), "the peer disconnected during an " + opcode);
    }

    /** Waits for a completion of one kind. Returns false if the connection has ended instead. */
    private boolean await(final WorkCompletionOpcode opcode) {
        while (waiter.await(connection.whenDisconnected()::isDone)) {
            if (waiter.completion().queuePairNumber(0) != queuePair.number()) {
                // A queue pair that failed to connect leaves its flushed receive, on some devices even when closed.
                continue;
            }
            final WorkCompletionStatus status = waiter.completion().status(0);
            if (status == WorkCompletionStatus.WORK_REQUEST_FLUSHED) {
                return false;
            }
            require(status == WorkCompletionStatus.SUCCESS, waiter.completion().describe(0));
            if (waiter.completion().opcode(0) == opcode) {
                return true;
            }
            require(waiter.completion().opcode(0) == WorkCompletionOpcode.SEND,
                "expected " + opcode + ", completed " + waiter.completion().opcode(0));
        }
        return false;
    }

    /** Throws if the first bytes of a region are not the expected ones. */
    static void requireBytes(final byte[] expected, final MemoryRegion region, final String what) {
        final byte[] actual = region.segment().asSlice(0, expected.length).toArray(ValueLayout.JAVA_BYTE);
        final int mismatch = Arrays.mismatch(expected, actual);
        if (mismatch >= 0) {
            throw new AssertionError(what + " differs at byte " + mismatch + " of " + expected.length + ": expected "
                + expected[mismatch] + ", got " + actual[mismatch]);
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        manager.close();
        if (queuePair != null) {
            queuePair.close();
        }
        messages.close();
        queue.close();
        domain.close();
        context.close();
    }
}
