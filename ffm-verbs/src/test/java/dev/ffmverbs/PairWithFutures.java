// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.async.CompletionFutures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A pair whose left end has futures. */
final class PairWithFutures implements AutoCloseable {

    static final int CAPACITY = 16;

    CompletionFutures futures;
    final ConnectedPair ends;
    final MemoryRegion source;
    final MemoryRegion target;

    PairWithFutures(final DevicePair devices) {
        this(devices, null, CAPACITY);
    }

    PairWithFutures(final DevicePair devices, final Executor executor, final int capacity) {
        ends = new ConnectedPair(devices, new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                futures = side.opens(executor == null ? CompletionFutures.open(side.context, capacity)
                    : CompletionFutures.open(side.context, capacity, executor));
                return futures.completionQueue();
            }
        }, new ConnectedPair.Setup());
        source = TestMemory.region(ends.left, 64, 5, Access.LOCAL_WRITE);
        target = TestMemory.region(ends.right, 64, 6, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
    }

    QueuePair queuePair() {
        return ends.left.queuePair;
    }

    SendRequest read() {
        return SendRequest.allocate(1).read(target.remoteMemory(), 0, 64).localMemory(source, 0, 64);
    }

    CompletableFuture<Completion> post(final SendRequest request) {
        return futures.postSend(queuePair(), request);
    }

    /** Posts a receive that completes when the other end sends. */
    CompletableFuture<Completion> postReceive() {
        return futures.postReceive(queuePair(), ReceiveRequest.allocate(1).localMemory(source, 0, 64));
    }

    void send() {
        assertEquals(WorkCompletionStatus.SUCCESS,
            ends.right.execute(SendRequest.allocate(1).send().localMemory(target, 0, 64)));
    }

    @Override
    public void close() {
        ends.close();
    }
}
