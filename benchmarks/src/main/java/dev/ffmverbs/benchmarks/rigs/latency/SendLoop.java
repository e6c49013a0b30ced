// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;

/**
 * Does what {@code ib_send_lat} times: send, take the send's completion, poll for the peer's message, and post its
 * receive again.
 */
final class SendLoop implements LatencyLoop {

    private final QueuePair queuePair;
    private final CompletionQueue sendQueue;
    private final CompletionQueue receiveQueue;
    private final SendRequest send;
    private final ReceiveRequest receive;
    private final boolean first;
    private final BusyWait busyWait = new BusyWait(LIMIT);

    SendLoop(final Endpoint endpoint, final int sizeBytes, final boolean first) {
        queuePair = endpoint.queuePair();
        sendQueue = endpoint.sendQueue();
        receiveQueue = endpoint.receiveQueue();
        send = SendRequest.allocate(1).send()
            .localMemory(endpoint.buffer(), endpoint.buffer().lengthBytes() - sizeBytes, sizeBytes);
        receive = ReceiveRequest.allocate(1).localMemory(endpoint.buffer(), 0, sizeBytes);
        this.first = first;
        for (int i = 0; i < Endpoint.RECEIVE_REQUESTS; i++) {
            queuePair.postReceive(receive);
        }
    }

    @Override
    public void run(final int iterations, final long[] timesNs) {
        final QueuePair queuePair = this.queuePair;
        final CompletionQueue sendQueue = this.sendQueue;
        final SendRequest send = this.send;
        final BusyWait busyWait = this.busyWait;
        for (int i = 0; i < iterations; i++) {
            if (i > 0 || !first) {
                takeMessage();
            }
            timesNs[i] = System.nanoTime();
            queuePair.postSend(send);
            busyWait.awaitCompletion(sendQueue);
        }
        if (first) {
            takeMessage();
        }
    }

    private void takeMessage() {
        busyWait.awaitCompletion(receiveQueue);
        queuePair.postReceive(receive);
    }
}
