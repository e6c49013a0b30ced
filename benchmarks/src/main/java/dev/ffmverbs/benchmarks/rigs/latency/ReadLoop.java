// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;

/** What {@code ib_read_lat} times: post a READ, poll until it has completed. */
final class ReadLoop implements LatencyLoop {

    private final QueuePair queuePair;
    private final CompletionQueue queue;
    private final SendRequest read;
    private final BusyWait busyWait = new BusyWait();

    ReadLoop(final Endpoint endpoint, final EndpointAddress peer, final int sizeBytes) {
        queuePair = endpoint.queuePair();
        queue = endpoint.sendQueue();
        read = SendRequest.allocate(1).read(peer.bufferAddress(), peer.rkey())
            .localMemory(endpoint.buffer(), 0, sizeBytes);
    }

    @Override
    public void run(final int iterations, final long[] timesNs) {
        final QueuePair queuePair = this.queuePair;
        final CompletionQueue queue = this.queue;
        final SendRequest read = this.read;
        final BusyWait busyWait = this.busyWait;
        for (int i = 0; i < iterations; i++) {
            timesNs[i] = System.nanoTime();
            queuePair.postSend(read);
            busyWait.awaitCompletion(queue);
        }
    }
}
