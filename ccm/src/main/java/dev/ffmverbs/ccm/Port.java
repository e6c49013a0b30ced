// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.RemoteMemory;

/**
 * A client's connection to its counterpart at one partner: a queue pair for this client alone, and the partner's
 * memory.
 *
 * <p>Post to the queue pair and poll the completion queue directly. The queue pair is connected and READY_TO_SEND, and
 * allows the partner RDMA READ, WRITE and atomics on the memory granted to it. Do not close or confine queue pair or
 * queue: the node ends them, on other threads. Thread-safe, as the verbs objects are.
 */
public final class Port {

    private final int index;
    private final QueuePair queuePair;
    private final CompletionQueue completionQueue;
    private final RemoteMemory partnerMemory;

    Port(
        final int index, final QueuePair queuePair, final CompletionQueue completionQueue,
        final RemoteMemory partnerMemory) {
        this.index = index;
        this.queuePair = queuePair;
        this.completionQueue = completionQueue;
        this.partnerMemory = partnerMemory;
    }

    /**
     * Returns the index of this port among the client's ports with this partner. The counterpart's end has the same
     * index.
     *
     * @return from 0.
     */
    public int index() {
        return index;
    }

    /**
     * Returns this node's end.
     *
     * @return the queue pair.
     */
    public QueuePair queuePair() {
        return queuePair;
    }

    /**
     * Returns the completion queue for sends and receives of this port alone.
     *
     * @return the completion queue.
     */
    public CompletionQueue completionQueue() {
        return completionQueue;
    }

    /**
     * Returns the memory of the partner that this port reaches.
     *
     * @return address, key and length; the length is 0 if the client asked for none.
     */
    public RemoteMemory partnerMemory() {
        return partnerMemory;
    }

    @Override
    public String toString() {
        return "Port " + index + " (" + queuePair + ")";
    }
}
