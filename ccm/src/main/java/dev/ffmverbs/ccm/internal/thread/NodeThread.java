// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A thread that runs a part of a node. It repeats a step until it is ended.
 *
 * <p>What a step throws is logged with the name of the part, and the next step follows. The thread continues even if
 * there is no memory left for logging, or no file descriptor for loading a class.
 */
public final class NodeThread {

    /** The step that the thread repeats. */
    @FunctionalInterface
    public interface Step {

        /**
         * Performs the step once.
         *
         * @throws InterruptedException if the thread is interrupted; no part of a node does that.
         */
        void run() throws InterruptedException;
    }

    private static final Logger LOGGER = System.getLogger(NodeThread.class.getName());

    /** The pause between steps that fail one after the other, because what is missing may be available again later. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Together with the pauses between them, about a second. */
    private static final int MOST_FAILURES = 50;

    private final Supplier<String> failureText;
    private final Step step;
    private final Thread thread;
    private volatile boolean ended;
    private Throwable failure;

    /** Steps that have failed since the last one that succeeded, up to the largest number counted. */
    private volatile int failures;

    /**
     * Creates a thread that is not started yet.
     *
     * @param threadName  its name.
     * @param failureText says what has failed if a step fails: node and part.
     * @param step        the step to repeat.
     */
    public NodeThread(final String threadName, final Supplier<String> failureText, final Step step) {
        this.failureText = failureText;
        this.step = step;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError if the operating system cannot provide a thread.
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
                // Nothing is called here, because a call could throw again and end the thread.
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
            LOGGER.log(Level.DEBUG, "thread {0} was interrupted by code that it called; it continues",
                thread.getName());
        } else {
            report(failureText, reported);
        }
    }

    /**
     * Logs a failure, if that is still possible.
     *
     * @param text    says what has failed.
     * @param failure what was thrown.
     */
    public static void report(final Supplier<String> text, final Throwable failure) {
        try {
            LOGGER.log(Level.WARNING, text.get(), failure);
        } catch (final RuntimeException | Error cannotBeLogged) {
            // There may be no memory left even for logging; the thread still continues.
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
     * Whether this is the calling thread.
     *
     * @return true on this thread.
     */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
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
     * Whether the thread performs its steps.
     *
     * @return false if it has ended, or if all its steps have failed for about a second.
     */
    public boolean isWell() {
        return thread.isAlive() && failures < MOST_FAILURES;
    }

    /**
     * Waits for the thread's end.
     *
     * @param timeoutNs longest time to wait, in nanoseconds.
     * @return whether the thread has ended, or is the calling thread.
     */
    public boolean join(final long timeoutNs) {
        return Threads.join(thread, timeoutNs);
    }

    /**
     * Returns the thread's name.
     *
     * @return the name given to the constructor.
     */
    public String name() {
        return thread.getName();
    }

    @Override
    public String toString() {
        return "NodeThread " + thread.getName() + (ended ? ", ended" : "") + ", " + failures + " failures";
    }
}
