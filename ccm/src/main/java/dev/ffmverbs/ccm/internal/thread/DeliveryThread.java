// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Does one thing after the other for a listener or a client, on a dedicated thread, which they may block.
 *
 * <p>A {@link Delivery} that fails before it has reached its recipient is made again until it has; everything else is
 * done once. The thread is there from the start, so that news finds it when no thread can be started any longer.
 */
public final class DeliveryThread implements ClientThread {

    /** How long a thread that has retired waits for more. */
    private static final long IDLE_S = 1;

    private final String recipient;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final NodeThread thread;
    private volatile boolean retired;
    private boolean over;
    private Runnable present;

    /**
     * A thread that is not started yet.
     *
     * @param threadName its name.
     * @param recipient  whom it calls, for the log: for example "the listener of node A".
     */
    public DeliveryThread(final String threadName, final String recipient) {
        this.recipient = recipient;
        this.thread = new NodeThread(threadName,
            () -> "news for " + recipient + " could not be handed over, and is again: " + present, this::doNext);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError when the operating system gives no thread.
     */
    public void start() {
        thread.start();
    }

    private void doNext() throws InterruptedException {
        Runnable task = present;
        if (task == null) {
            task = retired ? tasks.poll(IDLE_S, TimeUnit.SECONDS) : tasks.take();
            present = task;
        }
        if (task == null) {
            endWhenIdle();
            return;
        }
        try {
            task.run();
        } catch (final RuntimeException | Error e) {
            if (task instanceof Delivery<?> delivery && !delivery.hasReached()) {
                throw e;
            }
            final Runnable failed = task;
            NodeThread.report(() -> recipient + " failed: " + failed, e);
        }
        present = null;
    }

    private synchronized void endWhenIdle() {
        if (tasks.isEmpty()) {
            over = true;
            thread.end();
        }
    }

    /** Does it behind all that came before; once the thread has retired and ended, at once. */
    @Override
    public void execute(final Runnable task) {
        synchronized (this) {
            if (!over) {
                tasks.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public void retire() {
        retired = true;
        execute(() -> { });
    }

    /**
     * Whether the thread is there.
     *
     * @return false before it was started and after it has ended.
     */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /**
     * Whether the thread hands over what there is, or was told to end.
     *
     * @return true also while a recipient blocks it.
     */
    public synchronized boolean isWell() {
        return over || thread.isWell();
    }

    /** Lets everything so far be done, and then ends; forgets what comes later. */
    public void finish() {
        try {
            tasks.add(this::end);
        } catch (final OutOfMemoryError e) {
            end();
        }
    }

    private synchronized void end() {
        over = true;
        thread.end();
    }

    /**
     * Waits for the thread's end.
     *
     * @param timeoutNs how long to wait at most, in nanoseconds.
     * @return whether the thread has ended, or is the one that calls.
     */
    public boolean join(final long timeoutNs) {
        return thread.join(timeoutNs);
    }

    /** Ends as soon as what it does now is done. */
    public void abandon() {
        end();
    }

    /**
     * The thread's name.
     *
     * @return as it was given.
     */
    public String name() {
        return thread.name();
    }
}
