// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.async;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Waits for completions and passes each on, until the queue is closed. A failure to poll ends it, with all requests.
 *
 * <p>A platform thread, because one that sleeps at the channel of a device of libibverbs is woken at once, whereas a
 * virtual thread must look now and then.
 */
final class CompletionThread {

    private static final Logger LOGGER = System.getLogger(CompletionFutures.class.getName());
    private static final int BATCH = 16;

    /** How often the thread looks for requests of queues that have been closed. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final CompletionQueue queue;
    private final OutstandingRequests outstanding;
    private final WorkCompletions completions;
    private final Thread thread;

    CompletionThread(
        final CompletionQueue queue, final OutstandingRequests outstanding, final WorkCompletions completions) {
        this.queue = queue;
        this.outstanding = outstanding;
        this.completions = completions;
        this.thread = Thread.ofPlatform().daemon().name("ffm-verbs completions of " + queue.device().name())
            .unstarted(this::run);
    }

    /** Allocates the memory of a thread, before anything else that would have to be undone. */
    static WorkCompletions allocateCompletions() {
        return WorkCompletions.allocate(BATCH);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long lookedNs = System.nanoTime();
        while (queue.isOpen()) {
            try {
                final int taken = queue.await(completions, LOOK);
                for (int index = 0; index < taken; index++) {
                    complete(index);
                }
                // A stage that this thread runs may have interrupted it, and every wait would end at once.
                final boolean ignored = Thread.interrupted();
                final long nowNs = System.nanoTime();
                if (taken < BATCH && nowNs - lookedNs >= LOOK.toNanos()) {
                    lookedNs = nowNs;
                    outstanding.failThoseOfClosedQueues();
                }
            } catch (final IllegalStateException beingClosed) {
                // The queue refuses to be polled a moment before it says that it is closed.
                Thread.onSpinWait();
            } catch (final Throwable e) {
                outstanding.fail(queue + " cannot be polled any longer; close it and its queue pairs", e);
                LOGGER.log(Level.ERROR, "cannot take completions from " + queue + " of " + queue.device().name()
                    + "; all requests have failed", e);
                return;
            }
        }
    }

    /** Completes one future. What fails here, such as for lack of memory, must lose neither this one nor the others. */
    private void complete(final int index) {
        try {
            outstanding.complete(completions.copy(index));
        } catch (final Throwable e) {
            final long key = completions.workRequestId(index);
            outstanding.fail(key, e);
            LOGGER.log(Level.ERROR, "cannot take completion " + key + " of " + queue, e);
        }
    }

    /** Waits for the thread to end, as it does when the queue is closed, unless this is that thread. */
    void awaitEnd() {
        boolean interrupted = false;
        while (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
