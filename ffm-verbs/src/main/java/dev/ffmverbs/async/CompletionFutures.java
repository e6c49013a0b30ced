// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.async;

import dev.ffmverbs.Completion;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.RequestFailedException;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.SharedReceiveQueue;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.WorkRequest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Posts requests and returns a future for each. Owns a completion queue, its channel, and a daemon thread that waits
 * there.
 *
 * <pre>{@code
 * try (CompletionFutures futures = CompletionFutures.open(context, 64);
 *      QueuePair queuePair = domain.createQueuePair(
 *          QueuePairConfiguration.reliableConnection(futures.completionQueue()))) {
 *     // connect the queue pair
 *     futures.postSend(queuePair, SendRequest.allocate(1).read(theirs, 0, 64).localMemory(ours, 0, 64))
 *         .thenAccept(completion -> System.out.println(completion.byteLength() + " bytes have arrived"));
 * }
 * }</pre>
 *
 * <p><b>How a future completes.</b> With the {@link Completion} if the request succeeded. With a {@link
 * RequestFailedException}, which has the completion, if its status is an error; so the stages after it are skipped.
 * When a queue pair is in ERROR, its requests fail with {@code WORK_REQUEST_FLUSHED}, those that are posted later as
 * well. With an {@link IllegalStateException} if no completion can come: the queue pair or the shared receive queue was
 * closed first, these futures were closed, or the completion queue is broken. A device drops the requests of a queue
 * pair that is taken to RESET, without completions, so take it to ERROR before; otherwise their futures complete when
 * the queue pair is closed.
 *
 * <p><b>Stages</b> run in the executor, by default each future's in a virtual thread. A stage may block, and may wait
 * for another future. As for every {@link CompletableFuture}, what a stage throws completes that stage, and a stage
 * that is attached to a future that has completed runs on the thread that attaches it. Futures of several requests may
 * complete in another order than the requests.
 *
 * <p><b>Cancelling</b> a future, or completing it in any other way, does not recall the request. The device may read
 * and write its memory until the request has completed, and until then it counts as outstanding.
 *
 * <p><b>Rules.</b> Post to these queue pairs only by this object, and poll its queue nowhere else. Close the queue
 * pairs before it. Any number of threads may post at a time, each with requests that no other thread uses.
 */
public final class CompletionFutures implements AutoCloseable {

    private final CompletionChannel channel;
    private final CompletionQueue queue;
    private final OutstandingRequests outstanding;
    private final CompletionThread thread;

    private CompletionFutures(final Context context, final int capacity, final Executor executor) {
        this.outstanding = new OutstandingRequests(
            capacity, executor, System.getLogger(CompletionFutures.class.getName()));
        final WorkCompletions completions = CompletionThread.allocateCompletions();
        this.channel = context.createCompletionChannel();
        CompletionQueue created = null;
        try {
            created = context.createCompletionQueue(capacity, channel, 0);
        } finally {
            if (created == null) {
                channel.close();
            }
        }
        this.queue = created;
        this.thread = new CompletionThread(queue, outstanding, completions);
    }

    /**
     * Opens futures whose stages run in virtual threads.
     *
     * @param context  open context of the queue pairs.
     * @param capacity most requests that may be outstanding, sends and receives of all queue pairs together, at least
     *                 1.
     * @return the futures.
     * @throws dev.ffmverbs.VerbsException when the device has no completion queue of that capacity.
     * @throws IllegalArgumentException    when the capacity is less than 1.
     * @throws IllegalStateException       when the context is closed.
     */
    public static CompletionFutures open(final Context context, final int capacity) {
        return open(context, capacity, task -> Thread.ofVirtual().name("ffm-verbs completion").start(task));
    }

    /**
     * Opens futures whose stages run in an executor.
     *
     * @param context  open context of the queue pairs.
     * @param capacity most requests that may be outstanding, as for {@link #open(Context, int)}.
     * @param executor completes the futures, and so runs stages that name no other executor. {@code Runnable::run}
     *                 stands for the thread that waits for completions; then no stage may block, nor wait for another
     *                 future of this object. If the executor refuses, that thread completes the future.
     * @return the futures.
     * @throws dev.ffmverbs.VerbsException when the device has no completion queue of that capacity.
     * @throws IllegalArgumentException    when the capacity is less than 1.
     * @throws IllegalStateException       when the context is closed.
     */
    public static CompletionFutures open(final Context context, final int capacity, final Executor executor) {
        Objects.requireNonNull(executor, "executor");
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + "; it must be at least 1");
        }
        final CompletionFutures futures = new CompletionFutures(context, capacity, executor);
        boolean started = false;
        try {
            futures.thread.start();
            started = true;
            return futures;
        } finally {
            if (!started) {
                futures.close();
            }
        }
    }

    /**
     * Returns the queue with which queue pairs for {@link #postSend} and {@link #postReceive} are created.
     *
     * @return the completion queue. It belongs to this object. Do not poll or close it.
     */
    public CompletionQueue completionQueue() {
        return queue;
    }

    /**
     * Returns how many requests are outstanding.
     *
     * @return 0 to the capacity.
     */
    public int outstandingRequests() {
        return outstanding.count();
    }

    /**
     * Posts a send request ({@code ibv_post_send(3)}). Never blocks.
     *
     * @param queuePair queue pair whose sends are reported to {@link #completionQueue()}.
     * @param request   a request without a chain. It is posted as a signaled one, and can be changed and posted again
     *                  when this method returns. The completion carries its identifier.
     * @return the future of the request.
     * @throws RejectedExecutionException  when the send queue is full, or as many requests are outstanding as the
     *                                     capacity allows; nothing is posted. Wait for a future, then post again.
     * @throws dev.ffmverbs.VerbsException when the request is not valid in the state of the queue pair; nothing is
     *                                     posted.
     * @throws IllegalArgumentException    when other requests are chained to this one, or the queue pair reports to
     *                                     another queue.
     * @throws IllegalStateException       when this object, the queue pair or memory of the request is closed, or the
     *                                     completion queue is broken.
     */
    public CompletableFuture<Completion> postSend(final QueuePair queuePair, final SendRequest request) {
        requireReports(queuePair, queuePair.configuration().sendCompletionQueue());
        return post(request.signal(true), queuePair, queuePair::isOpen, () -> queuePair.postSend(request));
    }

    /**
     * Posts a receive request ({@code ibv_post_recv(3)}). Never blocks.
     *
     * @param queuePair queue pair whose receives are reported to {@link #completionQueue()}.
     * @param request   a request without a chain, which can be changed and posted again when this method returns.
     * @return the future of the request.
     * @throws RejectedExecutionException  as {@link #postSend}, for the receive queue.
     * @throws dev.ffmverbs.VerbsException as {@link #postSend}, and when the queue pair receives from a shared receive
     *                                     queue.
     * @throws IllegalArgumentException    as {@link #postSend}.
     * @throws IllegalStateException       as {@link #postSend}.
     */
    public CompletableFuture<Completion> postReceive(final QueuePair queuePair, final ReceiveRequest request) {
        requireReports(queuePair, queuePair.configuration().receiveCompletionQueue());
        return post(request, queuePair, queuePair::isOpen, () -> queuePair.postReceive(request));
    }

    /**
     * Posts a receive request to a shared receive queue ({@code ibv_post_srq_recv(3)}). Never blocks.
     *
     * @param receiveQueue shared receive queue, all of whose queue pairs report receives to {@link #completionQueue()}.
     * @param request      a request without a chain, which can be changed and posted again when this method returns.
     * @return the future of the request. The completion says which queue pair received the message.
     * @throws RejectedExecutionException  as {@link #postSend}, for the shared receive queue.
     * @throws dev.ffmverbs.VerbsException when the request is not valid for the queue; nothing is posted.
     * @throws IllegalArgumentException    when other requests are chained to this one.
     * @throws IllegalStateException       as {@link #postSend}.
     */
    public CompletableFuture<Completion> postReceive(
        final SharedReceiveQueue receiveQueue, final ReceiveRequest request) {
        return post(request, receiveQueue, receiveQueue::isOpen, () -> receiveQueue.postReceive(request));
    }

    private void requireReports(final QueuePair queuePair, final CompletionQueue reportsTo) {
        if (reportsTo != queue) {
            throw new IllegalArgumentException(queuePair + " reports to " + reportsTo + ", not to the queue of " + this
                + "; create it with completionQueue()");
        }
    }

    private CompletableFuture<Completion> post(
        final WorkRequest<?> request, final Object target, final BooleanSupplier isOpen, final IntSupplier call) {
        if (request.chainLength() != 1) {
            throw new IllegalArgumentException("a future stands for one request, and " + request.chainLength()
                + " are chained here; post them one by one");
        }
        final OutstandingRequest posted = outstanding.add(request.workRequestId(), target, isOpen);
        boolean accepted = false;
        try {
            request.workRequestId(posted.key());
            accepted = call.getAsInt() == 1;
        } finally {
            request.workRequestId(posted.workRequestId());
            if (!accepted) {
                outstanding.withdraw(posted);
            }
        }
        if (!accepted) {
            throw new RejectedExecutionException("the request queue of " + target + " is full; nothing was posted");
        }
        return posted.future();
    }

    /**
     * Closes the queue and the channel, and completes the futures that are left with an {@link IllegalStateException}.
     * Closing again has no effect.
     *
     * <p>Waits for the thread to end, unless this is that thread.
     *
     * @throws IllegalStateException when queue pairs that report to the queue are open; the message names some, and
     *                               nothing changes.
     */
    @Override
    public void close() {
        queue.close();
        thread.awaitEnd();
        channel.close();
        outstanding.fail("CompletionFutures of " + queue.device().name() + " is closed", null);
    }

    @Override
    public String toString() {
        return "CompletionFutures of " + queue.device().name() + " (" + outstanding + ")";
    }
}
