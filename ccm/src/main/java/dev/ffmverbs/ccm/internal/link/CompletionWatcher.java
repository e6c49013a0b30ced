// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.thread.Threads;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that waits for announcements of one device and wakes the session thread, which can itself wait at one device
 * only.
 */
final class CompletionWatcher implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(CompletionWatcher.class.getName());
    private static final long AFTER_FAILURE_NS = TimeUnit.SECONDS.toNanos(1);

    private final DeviceCompletions watched;
    private final Runnable onAnnouncement;
    private final String name;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Creates and starts a watcher.
     *
     * @param watched        the completions it waits for.
     * @param onAnnouncement called when something has completed there.
     * @param name           name of the thread, which contains that of the node.
     */
    CompletionWatcher(final DeviceCompletions watched, final Runnable onAnnouncement, final String name) {
        this.watched = watched;
        this.onAnnouncement = onAnnouncement;
        this.name = name;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        Throwable failure = null;
        while (!closed) {
            try {
                if (failure != null) {
                    final Throwable told = failure;
                    failure = null;
                    pauseAfter(told);
                }
                if (watched.await(Long.MAX_VALUE)) {
                    onAnnouncement.run();
                }
            } catch (final RuntimeException | Error e) {
                // Nothing is called here, because a call could throw again and end the thread.
                failure = e;
            }
        }
    }

    private void pauseAfter(final Throwable failure) {
        LockSupport.parkNanos(this, AFTER_FAILURE_NS);
        if (!closed) {
            LOGGER.log(Level.WARNING, "thread " + name + " cannot wait for completions; it tries again", failure);
            // An announcement may have been lost in the failure.
            onAnnouncement.run();
        }
    }

    /** Ends the thread and waits until it has ended. */
    @Override
    public void close() {
        closed = true;
        watched.wakeUp();
        LockSupport.unpark(thread);
        Threads.join(thread);
    }
}
