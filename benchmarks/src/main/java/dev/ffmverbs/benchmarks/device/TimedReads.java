// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;

/**
 * Issues RDMA READs of the peer's buffer, one or several at a time, and takes their time stamps. Not thread-safe.
 *
 * <p>The rigs that time READs themselves run this loop. A sampler or JMH times single calls instead, each of which is a
 * post and a {@link BusyWait}. Nothing runs between the clock and the post, as in {@code ib_read_lat}.
 */
public final class TimedReads {

    private final QueuePair queuePair;
    private final CompletionQueue queue;
    private final SendRequest[] requests;
    private final WorkCompletions completions;
    private final CompletionWait wait;

    /** Waits for completions. */
    @FunctionalInterface
    public interface CompletionWait {

        /**
         * Waits until a queue has delivered at least one completion.
         *
         * @param queue queue to wait for.
         * @param taken receives the completions.
         * @return number of completions; 0 if the wait was given up.
         */
        int await(CompletionQueue queue, WorkCompletions taken);
    }

    /**
     * Prepares the requests. Each has a separate part of this end's buffer.
     *
     * @param end         this end, whose buffer has at least {@code lengthBytes} for each READ in flight.
     * @param peer        the peer, connected.
     * @param lengthBytes bytes of each READ.
     * @param depth       READs in flight, at least 1.
     * @param wait        how to wait for completions.
     */
    public TimedReads(
        final Endpoint end, final EndpointAddress peer, final int lengthBytes, final int depth,
        final CompletionWait wait) {
        queuePair = end.queuePair();
        queue = end.sendQueue();
        completions = WorkCompletions.allocate(depth);
        this.wait = wait;
        requests = new SendRequest[depth];
        for (int i = 0; i < depth; i++) {
            requests[i] = SendRequest.allocate(1).read(peer.bufferAddress(), peer.rkey())
                .localMemory(end.buffer(), (long) i * lengthBytes, lengthBytes);
        }
    }

    /**
     * Reads. The READs of one queue pair complete in the order in which they were posted.
     *
     * @param reads       number of READs, at least 1.
     * @param postedNs    receives the time before each post.
     * @param completedNs receives the time at which each completion was seen; null if it is not needed.
     * @throws OperationException if a READ failed, or the wait was given up.
     */
    public void run(final int reads, final long[] postedNs, final long[] completedNs) {
        final QueuePair queuePair = this.queuePair;
        final CompletionQueue queue = this.queue;
        final SendRequest[] requests = this.requests;
        final CompletionWait wait = this.wait;
        final WorkCompletions completions = this.completions;
        final int depth = requests.length;
        int posted = 0;
        int completed = 0;
        int next = 0;
        while (completed < reads) {
            while (posted < reads && posted - completed < depth) {
                postedNs[posted] = System.nanoTime();
                queuePair.postSend(requests[next]);
                next = next + 1 == depth ? 0 : next + 1;
                posted++;
            }
            final int count = wait.await(queue, completions);
            requireSuccess(count, completions);
            if (completedNs != null) {
                final long nowNs = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    completedNs[completed + i] = nowNs;
                }
            }
            completed += count;
        }
    }

    private void requireSuccess(final int count, final WorkCompletions completions) {
        if (count == 0) {
            throw new OperationException("no READ completed on " + queue + " in time: has the other end died?");
        }
        for (int i = 0; i < count; i++) {
            if (!completions.isSuccess(i)) {
                throw new OperationException("a READ failed: " + completions.describe(i));
            }
        }
    }
}
