// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;

/** A queue pair that exchanges a number of messages of one size with a program of rdmacm-utils, which checks none. */
final class MessageEndpoint implements AutoCloseable {

    private static final long RECEIVE_ID = 1;

    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final QueuePair queuePair;
    private final MemoryRegion memory;
    private final int sizeBytes;
    private int sent;
    private int received;

    /**
     * Creates a queue pair with receives.
     *
     * @param context   the device.
     * @param receives  messages to receive.
     * @param sends     messages to send.
     * @param sizeBytes size of a message, or of a datagram with its header.
     * @param datagrams whether the messages are datagrams.
     */
    MessageEndpoint(
        final Context context, final int receives, final int sends, final int sizeBytes, final boolean datagrams) {
        this.sizeBytes = Math.max(1, sizeBytes);
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(receives + sends + 1);
        waiter = new CompletionWaiter(queue);
        final QueuePairConfiguration configuration = datagrams ? QueuePairConfiguration.unreliableDatagram(queue)
            : QueuePairConfiguration.reliableConnection(queue);
        queuePair = domain.createQueuePair(configuration.withSendRequests(sends + 1).withReceiveRequests(receives + 1));
        memory = domain.allocate(this.sizeBytes, Access.LOCAL_WRITE);
        if (datagrams) {
            return;
        }
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1)
            .partitionKeyIndex(0).access());
        postReceives(receives);
    }

    QueuePair queuePair() {
        return queuePair;
    }

    ProtectionDomain domain() {
        return domain;
    }

    MemoryRegion memory() {
        return memory;
    }

    int received() {
        return received;
    }

    void postReceives(final int count) {
        final ReceiveRequest receive = ReceiveRequest.allocate(1)
            .workRequestId(RECEIVE_ID).localMemory(memory, 0, sizeBytes);
        for (int i = 0; i < count; i++) {
            if (queuePair.postReceive(receive) != 1) {
                throw new AssertionError(queuePair + ": the receive queue is full");
            }
        }
    }

    /** Sends messages that differ in nothing. */
    void send(final SendRequest request, final int count) {
        for (int i = 0; i < count; i++) {
            if (queuePair.postSend(request) != 1) {
                throw new AssertionError(queuePair + ": the send queue is full");
            }
        }
    }

    /** Waits until this number of messages, sent and received, is reached. */
    void await(final int sends, final int receives) {
        while (sent < sends || received < receives) {
            next();
        }
    }

    /** Waits for one completion, and returns it. */
    WorkCompletions next() {
        waiter.await(() -> false);
        final WorkCompletions completion = waiter.completion();
        if (!completion.isSuccess(0)) {
            throw new AssertionError(queuePair + ": " + completion.describe(0));
        }
        if (completion.workRequestId(0) == RECEIVE_ID) {
            received++;
        } else {
            sent++;
        }
        return completion;
    }

    @Override
    public void close() {
        queuePair.close();
        memory.close();
        queue.close();
        domain.close();
    }

    @Override
    public String toString() {
        return queuePair + ", " + sent + " sent, " + received + " received";
    }
}
