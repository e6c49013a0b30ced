// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.time.Duration;

/**
 * Waits for the end of threads. An interrupt of the waiting thread does not end the wait, and its interrupt status is
 * preserved.
 */
public final class Threads {

    private Threads() {
    }

    /**
     * Waits until a thread has ended.
     *
     * @param thread the thread; the calling thread is not waited for.
     */
    public static void join(final Thread thread) {
        join(thread, Long.MAX_VALUE);
    }

    /** Waits at most this long. Returns whether the thread has ended, or is the calling thread. */
    static boolean join(final Thread thread, final long timeoutNs) {
        final long startNs = System.nanoTime();
        boolean interrupted = false;
        long leftNs = timeoutNs;
        while (thread.isAlive() && thread != Thread.currentThread() && leftNs > 0) {
            try {
                thread.join(Duration.ofNanos(leftNs));
                leftNs = timeoutNs - (System.nanoTime() - startNs);
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive() || thread == Thread.currentThread();
    }
}
