// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The wait of {@link CompletionQueue#await}: at the queue's channel if it has one, and else by polling.
 *
 * <p>At the channel, one thread at a time waits for a queue. Others wait for that thread, and then look themselves,
 * because one announcement can stand for several completions.
 */
final class CompletionWait {

    /** How long a thread without a channel polls without giving way to others. */
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final CompletionQueue queue;
    private final CompletionChannel channel;
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * Whether a requested announcement has not been taken from the channel by any thread. Set before the request, so
     * that an announcement that is taken at once is not missed.
     */
    private volatile boolean requested;

    /**
     * Whether a thread is about to sleep. A thread that closes the queue, or gives another queue the channel, reads it
     * after it has done so. The sleeping thread looks for that after it has set this.
     */
    private volatile boolean sleeping;

    CompletionWait(final CompletionQueue queue, final CompletionChannel channel) {
        this.queue = queue;
        this.channel = channel;
    }

    int await(final WorkCompletions completions, final long timeoutNs) {
        final long startNs = System.nanoTime();
        return channel == null ? poll(completions, startNs, timeoutNs) : sleep(completions, startNs, timeoutNs);
    }

    // To give way is a courtesy here: nothing depends on what the scheduler makes of it.
    @SuppressWarnings("ThreadPriorityCheck")
    private int poll(final WorkCompletions completions, final long startNs, final long timeoutNs) {
        final Thread thread = Thread.currentThread();
        final boolean virtual = thread.isVirtual();
        while (true) {
            final int taken = queue.poll(completions);
            final long waitedNs = System.nanoTime() - startNs;
            if (taken > 0 || waitedNs >= timeoutNs || thread.isInterrupted()) {
                return taken;
            }
            if (virtual || waitedNs > SPIN_NS) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private int sleep(final WorkCompletions completions, final long startNs, final long timeoutNs) {
        channel.requireOnly(queue);
        try {
            if (!turn.tryLock(timeoutNs, TimeUnit.NANOSECONDS)) {
                return queue.poll(completions);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
        try {
            sleeping = true;
            return sleepInTurn(completions, startNs, timeoutNs);
        } finally {
            sleeping = false;
            turn.unlock();
        }
    }

    private int sleepInTurn(final WorkCompletions completions, final long startNs, final long timeoutNs) {
        while (true) {
            if (!requested) {
                request();
            }
            final int taken = queue.poll(completions);
            final long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (taken > 0 || leftNs <= 0) {
                return taken;
            }
            channel.requireOnly(queue);
            final Optional<CompletionQueue> announced = channel.await(leftNs);
            if (announced.isEmpty()) {
                channel.requireOnly(queue);
                return queue.poll(completions);
            }
            if (announced.get() != queue) {
                channel.giveBack(announced.get());
            }
        }
    }

    private void request() {
        requested = true;
        boolean done = false;
        try {
            queue.requestNotification(false);
            done = true;
        } finally {
            if (!done) {
                requested = false;
            }
        }
    }

    /** Takes note that an announcement of the queue was taken from the channel. */
    void noteAnnouncement() {
        requested = false;
    }

    /** Ends the sleep of a thread. The queue is closed or its channel shared, so that every later sleep is refused. */
    void end() {
        if (sleeping) {
            channel.wakeUp();
        }
    }
}
