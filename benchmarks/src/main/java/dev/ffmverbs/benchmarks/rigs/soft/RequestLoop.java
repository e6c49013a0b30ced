// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.device.OperationException;
import dev.ffmverbs.benchmarks.device.TimedReads.CompletionWait;
import java.time.Duration;
import java.util.List;

/** The loop of one thread. It keeps posts in flight on its queue pairs and takes their completions. */
final class RequestLoop extends MeasuredLoop {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Work request identifier of all but the last of a chain. */
    private static final long NOT_LAST = -1;
    private static final int COMPLETIONS = 64;

    private final List<Endpoint> ends;
    private final Load load;
    private final SendRequest[] posts;
    private final CompletionWait wait;
    private final long[] postedNs;
    private final long[] operationsOfPairs;
    private final WorkCompletions completions = WorkCompletions.allocate(COMPLETIONS);

    RequestLoop(final QueuePairGroup group, final List<EndpointAddress> peers, final Load load) {
        this.load = load;
        ends = group.ends();
        posts = new SendRequest[ends.size() * load.posts()];
        for (int i = 0; i < posts.length; i++) {
            posts[i] = prepare(group.first(), peers.get(i / load.posts()), i);
        }
        postedNs = new long[posts.length];
        operationsOfPairs = new long[ends.size()];
        wait = load.mode().polls() ? new BusyWait(LIMIT)::poll : new Sleep(group.first().sendChannel().orElseThrow());
    }

    /** Sleeps until a completion queue reports a completion to its channel. */
    private record Sleep(CompletionChannel channel) implements CompletionWait {

        @Override
        public int await(final CompletionQueue queue, final WorkCompletions taken) {
            int count = queue.poll(taken);
            while (count == 0) {
                queue.requestNotification(false);
                count = queue.poll(taken);
                if (count == 0 && channel.await(LIMIT).isEmpty()) {
                    return 0;
                }
            }
            return count;
        }
    }

    /** Returns the first request of a post. Each request has a separate part of both buffers. */
    private SendRequest prepare(final Endpoint first, final EndpointAddress peer, final int post) {
        SendRequest head = null;
        for (int i = load.transfer().requestsPerPost() - 1; i >= 0; i--) {
            final long offsetBytes =
                (long) load.lengthBytes() * ((long) post * load.transfer().requestsPerPost() + i);
            final SendRequest request = SendRequest.allocate(1)
                .localMemory(first.buffer(), offsetBytes, load.lengthBytes())
                .workRequestId(head == null ? post : NOT_LAST).next(head);
            head = load.transfer().reads() ? request.read(peer.bufferAddress() + offsetBytes, peer.rkey())
                : request.write(peer.bufferAddress() + offsetBytes, peer.rkey());
        }
        return head;
    }

    @Override
    long[] operationsOfPairs() {
        return operationsOfPairs;
    }

    /**
     * Posts until the phase is {@link Phase#DONE}, and takes the completions of all that was posted. Confines the
     * queues to the calling thread, which must end before another can close them.
     */
    @Override
    public void run() {
        ends.forEach(Endpoint::confine);
        for (int i = 0; i < posts.length; i++) {
            post(i);
        }
        final CompletionQueue queue = ends.getFirst().sendQueue();
        final WorkCompletions completions = this.completions;
        final CompletionWait wait = this.wait;
        int inFlight = posts.length;
        while (inFlight > 0) {
            final int count = wait.await(queue, completions);
            requireSuccess(count);
            final long nowNs = System.nanoTime();
            final Phase phase = phase();
            for (int i = 0; i < count; i++) {
                final long id = completions.workRequestId(i);
                if (id == NOT_LAST) {
                    continue;
                }
                if (phase == Phase.MEASURE) {
                    count((int) id, nowNs);
                }
                if (phase == Phase.DONE) {
                    inFlight--;
                } else {
                    post((int) id);
                }
            }
        }
    }

    private void post(final int number) {
        postedNs[number] = System.nanoTime();
        final int posted = ends.get(number / load.posts()).queuePair().postSend(posts[number]);
        if (posted != load.transfer().requestsPerPost()) {
            throw new OperationException("posted " + posted + " of " + load.transfer().requestsPerPost()
                + " requests on " + ends.get(number / load.posts()));
        }
    }

    private void count(final int number, final long nowNs) {
        times().add(nowNs - postedNs[number]);
        operationsOfPairs[number / load.posts()] += load.transfer().requestsPerPost();
    }

    private void requireSuccess(final int count) {
        final WorkCompletions completions = this.completions;
        if (count == 0) {
            throw new OperationException("nothing completed on " + ends.getFirst().sendQueue() + " within "
                + LIMIT.toSeconds() + " s: has the other end died?");
        }
        for (int i = 0; i < count; i++) {
            if (completions.status(i) != WorkCompletionStatus.SUCCESS) {
                throw new OperationException("a request failed: " + completions.describe(i));
            }
        }
    }
}
