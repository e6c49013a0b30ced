// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks for a listener or a client, one after the other, on a dedicated thread, which the listener or client may
 * block.
 *
 * <p>A {@link Delivery} that fails before it has reached its recipient is repeated until it succeeds. Everything else
 * is run once. The thread is started in advance, so that notifications can be delivered even if no thread can be
 * started later.
 */
public final class DeliveryThread implements ClientThread {

    /** How long a thread that has retired waits for more tasks. */
    private static final long IDLE_S = 1;

    private final String recipient;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final NodeThread thread;
    private volatile boolean retired;
    private boolean over;
    private volatile Runnable present;

    /** When the present task was begun, in nanoseconds of {@link System#nanoTime}; 0 while there is none. */
    private volatile long begunNs;

    /**
     * Creates a thread that is not started yet.
     *
     * @param threadName its name.
     * @param recipient  the recipient, for the log: for example "the listener of node A".
     */
    public DeliveryThread(final String threadName, final String recipient) {
        this.recipient = recipient;
        this.thread = new NodeThread(threadName,
            () -> "a notification for " + recipient + " could not be delivered, and is delivered again: " + present,
            this::doNext);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError if the operating system cannot provide a thread.
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
            // A time of 0 would stand for no task.
            begunNs = System.nanoTime() | 1;
            task.run();
        } catch (final RuntimeException | Error e) {
            if (task instanceof Delivery<?> delivery && !delivery.hasReached()) {
                throw e;
            }
            final Runnable failed = task;
            NodeThread.report(() -> recipient + " failed: " + failed, e);
        } finally {
            begunNs = 0;
        }
        present = null;
    }

    private synchronized void endWhenIdle() {
        if (tasks.isEmpty()) {
            over = true;
            thread.end();
        }
    }

    /** Runs a task after all earlier ones. Once the thread has retired and ended, runs it immediately. */
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
     * Whether the thread exists.
     *
     * @return false before the thread was started and after it has ended.
     */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /**
     * Whether the thread runs its tasks, or was asked to end.
     *
     * @return true, even while a recipient blocks the thread.
     */
    public synchronized boolean isWell() {
        return over || thread.isWell();
    }

    /**
     * Returns how many tasks wait.
     *
     * @return their number, without the one that is run.
     */
    public int backlog() {
        return tasks.size();
    }

    /**
     * Returns for how long the present task has been running.
     *
     * @return nanoseconds; 0 if there is no task.
     */
    public long busyNs() {
        final long since = begunNs;
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /**
     * Describes the present task.
     *
     * @return the notification; "nothing" if there is none.
     */
    public String present() {
        final Runnable task = present;
        return task == null ? "nothing" : task.toString();
    }

    /** Ends the thread after all tasks so far. Later tasks are discarded. */
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
     * @param timeoutNs longest time to wait, in nanoseconds.
     * @return whether the thread has ended, or is the calling thread.
     */
    public boolean join(final long timeoutNs) {
        return thread.join(timeoutNs);
    }

    /** Ends the thread as soon as its present task is done. */
    public void abandon() {
        end();
    }

    /**
     * Returns the thread's name.
     *
     * @return the name given to the constructor.
     */
    public String name() {
        return thread.name();
    }
}
