// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A thread that carries a part of a node: it does a step again and again until it is ended.
 *
 * <p>What a step throws is logged with the name of the part, and the next step follows. Even when there is no memory
 * left to log with, or no file descriptor to load a class with, the thread goes on.
 */
public final class NodeThread {

    /** What the thread does again and again. */
    @FunctionalInterface
    public interface Step {

        /**
         * Does it once.
         *
         * @throws InterruptedException when the thread is interrupted, which no part of a node does.
         */
        void run() throws InterruptedException;
    }

    private static final Logger LOGGER = System.getLogger(NodeThread.class.getName());

    /** Between steps that fail one after the other: what is missing may be there again later. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** With the pauses between them, about a second. */
    private static final int MOST_FAILURES = 50;

    private final Supplier<String> failureText;
    private final Step step;
    private final Thread thread;
    private volatile boolean ended;
    private Throwable failure;

    /** Steps that have failed since the last one that did not, as far as they are counted. */
    private volatile int failures;

    /**
     * A thread that is not started yet.
     *
     * @param threadName  its name.
     * @param failureText says what has failed when a step has: node and part.
     * @param step        what to do again and again.
     */
    public NodeThread(final String threadName, final Supplier<String> failureText, final Step step) {
        this.failureText = failureText;
        this.step = step;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError when the operating system gives no thread.
     */
    public void start() {
        thread.start();
    }

    private void run() {
        while (!ended) {
            try {
                if (failure != null) {
                    reportFailure();
                }
                step.run();
                failures = 0;
            } catch (final InterruptedException | RuntimeException | Error e) {
                // Nothing is called here: what is called could throw again, and end the thread.
                failure = e;
                final int before = failures;
                if (before < MOST_FAILURES) {
                    failures = before + 1;
                }
            }
        }
    }

    private void reportFailure() {
        final Throwable reported = failure;
        failure = null;
        if (failures > 1) {
            LockSupport.parkNanos(this, PAUSE_NS);
        }
        if (reported instanceof InterruptedException) {
            LOGGER.log(Level.DEBUG, "thread {0} was interrupted by what it calls; it goes on", thread.getName());
        } else {
            report(failureText, reported);
        }
    }

    /**
     * Logs a failure, as far as that is still possible.
     *
     * @param text    says what has failed.
     * @param failure what was thrown.
     */
    public static void report(final Supplier<String> text, final Throwable failure) {
        try {
            LOGGER.log(Level.WARNING, text.get(), failure);
        } catch (final RuntimeException | Error cannotBeLogged) {
            // There may be no memory left even to say so; the thread goes on nevertheless.
        }
    }

    /** Makes the present step the last one. */
    public void end() {
        ended = true;
        wakeUp();
    }

    /** Ends a step's {@link LockSupport#parkNanos(Object, long)}. */
    public void wakeUp() {
        LockSupport.unpark(thread);
    }

    /**
     * Whether this thread is the one that calls.
     *
     * @return whether it is.
     */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
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
     * Whether the thread does its steps.
     *
     * @return false when it has ended, or has failed at all of them for about a second.
     */
    public boolean isWell() {
        return thread.isAlive() && failures < MOST_FAILURES;
    }

    /**
     * Waits for the thread's end.
     *
     * @param timeoutNs how long to wait at most, in nanoseconds.
     * @return whether the thread has ended, or is the one that calls.
     */
    public boolean join(final long timeoutNs) {
        return Threads.join(thread, timeoutNs);
    }

    /**
     * The thread's name.
     *
     * @return as it was given.
     */
    public String name() {
        return thread.getName();
    }
}
