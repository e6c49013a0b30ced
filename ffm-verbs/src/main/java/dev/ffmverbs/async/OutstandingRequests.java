// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.async;

import dev.ffmverbs.Completion;
import dev.ffmverbs.RequestFailedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The requests that have been posted and not completed, at most as many as the completion queue holds. Thread-safe.
 *
 * <p>A request leaves once, with its completion or without, and its place is free from then on.
 */
final class OutstandingRequests {

    private final Logger logger;
    private final int capacity;
    private final Executor executor;
    private final Semaphore places;
    private final AtomicLong nextKey = new AtomicLong();
    private final Map<Long, OutstandingRequest> requests = new ConcurrentHashMap<>();

    /** Why no request can be added any longer; null while they can. Written before the requests are failed. */
    private volatile IllegalStateException end;

    OutstandingRequests(final int capacity, final Executor executor, final Logger logger) {
        this.logger = logger;
        this.capacity = capacity;
        this.executor = executor;
        this.places = new Semaphore(capacity);
    }

    int count() {
        return requests.size();
    }

    /** Takes a place for a request that is about to be posted. */
    OutstandingRequest add(final long workRequestId, final Object target, final BooleanSupplier isOpen) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException(capacity + " requests are outstanding, as many as the completion queue"
                + " holds; wait for one of their futures");
        }
        final OutstandingRequest added = new OutstandingRequest(
            nextKey.getAndIncrement(), workRequestId, target, isOpen, new CompletableFuture<>());
        requests.put(added.key(), added);
        final IllegalStateException ended = end;
        if (ended != null) {
            withdraw(added);
            throw new IllegalStateException(ended.getMessage(), ended.getCause());
        }
        return added;
    }

    /** Gives back the place of a request that was not posted. */
    void withdraw(final OutstandingRequest request) {
        remove(request.key());
    }

    private OutstandingRequest remove(final long key) {
        final OutstandingRequest removed = requests.remove(key);
        if (removed != null) {
            places.release();
        }
        return removed;
    }

    /** Completes the future of a request. A completion that belongs to none is one of a queue that was closed. */
    void complete(final Completion completion) {
        final OutstandingRequest request = requests.get(completion.workRequestId());
        if (request == null) {
            logger.log(Level.DEBUG, "no future waits for {0}", completion);
            return;
        }
        // Everything is allocated before the request leaves, so that it can still be failed if memory runs out.
        final Completion result = request.restoreIdentifier(completion);
        final RequestFailedException failure = result.isSuccess() ? null : new RequestFailedException(result);
        final Runnable completing = failure == null ? () -> request.future().complete(result)
            : () -> request.future().completeExceptionally(failure);
        if (remove(request.key()) != null) {
            execute(completing);
        }
    }

    /** Fails the request with this key, whose completion could not be read or passed on. */
    void fail(final long key, final Throwable cause) {
        final OutstandingRequest request = requests.get(key);
        if (request != null) {
            fail(request, new IllegalStateException("the request has completed, but how is not known", cause));
        }
    }

    /** Fails the requests of queues that have been closed, for which no completion comes. */
    void failThoseOfClosedQueues() {
        for (final OutstandingRequest request : requests.values()) {
            if (!request.isOpen().getAsBoolean()) {
                fail(request, new IllegalStateException(
                    request.target() + " was closed before the request completed"));
            }
        }
    }

    /** Fails all requests, and refuses others from now on. Only the first call has an effect on later requests. */
    void fail(final String reason, final Throwable cause) {
        if (end == null) {
            end = new IllegalStateException(reason, cause);
        }
        for (final OutstandingRequest request : requests.values()) {
            fail(request, new IllegalStateException(reason, cause));
        }
    }

    private void fail(final OutstandingRequest request, final IllegalStateException failure) {
        if (remove(request.key()) != null) {
            execute(() -> request.future().completeExceptionally(failure));
        }
    }

    private void execute(final Runnable completing) {
        try {
            executor.execute(completing);
        } catch (final Throwable e) {
            completing.run();
            logRefusal(e);
        }
    }

    private void logRefusal(final Throwable refusal) {
        try {
            logger.log(Level.WARNING, "the executor refused to complete a future; this thread has done it", refusal);
        } catch (final Throwable cannotBeLogged) {
            // There may be no memory left even for logging; other futures must still complete.
        }
    }

    @Override
    public String toString() {
        return count() + " of " + capacity + " requests outstanding";
    }
}
