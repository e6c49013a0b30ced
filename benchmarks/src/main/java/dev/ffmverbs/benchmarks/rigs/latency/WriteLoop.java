// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Does what {@code ib_write_lat} times: write a changed last byte, take the completion, and poll this end's memory for
 * the peer's byte.
 *
 * <p>The peer writes the first half of the buffer; this end sends the second half.
 */
final class WriteLoop implements LatencyLoop {

    private final QueuePair queuePair;
    private final CompletionQueue queue;
    private final SendRequest write;
    private final MemorySegment memory;
    private final long incomingOffset;
    private final long outgoingOffset;
    private final boolean first;
    private final BusyWait busyWait = new BusyWait(LIMIT);
    private byte lastReceived;
    private byte lastSent;

    WriteLoop(final Endpoint endpoint, final EndpointAddress peer, final int sizeBytes, final boolean first) {
        queuePair = endpoint.queuePair();
        queue = endpoint.sendQueue();
        memory = endpoint.buffer().segment();
        incomingOffset = sizeBytes - 1L;
        outgoingOffset = endpoint.buffer().lengthBytes() - 1;
        write = SendRequest.allocate(1).write(peer.bufferAddress(), peer.rkey())
            .localMemory(endpoint.buffer(), outgoingOffset + 1 - sizeBytes, sizeBytes);
        this.first = first;
    }

    @Override
    public void run(final int iterations, final long[] timesNs) {
        final QueuePair queuePair = this.queuePair;
        final CompletionQueue queue = this.queue;
        final SendRequest write = this.write;
        final MemorySegment memory = this.memory;
        final BusyWait busyWait = this.busyWait;
        for (int i = 0; i < iterations; i++) {
            if (i > 0 || !first) {
                busyWait.awaitByte(memory, incomingOffset, ++lastReceived);
            }
            timesNs[i] = System.nanoTime();
            memory.set(ValueLayout.JAVA_BYTE, outgoingOffset, ++lastSent);
            queuePair.postSend(write);
            busyWait.awaitCompletion(queue);
        }
        if (first) {
            busyWait.awaitByte(memory, incomingOffset, ++lastReceived);
        }
    }
}
