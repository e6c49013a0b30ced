// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Events that threads wait for, first come first served. Adding never waits for those who wait.
 *
 * <p>Waiting allocates nothing, as a {@link java.util.concurrent.locks.Condition} would each time; nobody parks in
 * the monitor.
 *
 * @param <E> kind of event.
 */
final class WaitingQueue<E> {

    /** Both guarded by the monitor of {@link #events}. */
    private final Queue<E> events = new ArrayDeque<>();
    private final Queue<Thread> waiting = new ArrayDeque<>();
    private boolean woken;

    /** Whether somebody who waits would return at once; written in the monitor. */
    private volatile boolean ready;

    void add(final E event) {
        synchronized (events) {
            events.add(event);
            changed();
        }
    }

    /**
     * Takes the oldest event, waiting for one.
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait.
     * @return the event; null when none came in time, {@link #wakeUp} was called or the thread interrupted, which it
     *     then still is.
     */
    E await(final long timeoutNs) {
        final Thread self = Thread.currentThread();
        final long startNs = timeoutNs > 0 ? System.nanoTime() : 0;
        long leftNs = timeoutNs;
        boolean listed = false;
        while (true) {
            synchronized (events) {
                if (ready || leftNs <= 0 || self.isInterrupted()) {
                    if (listed) {
                        waiting.remove(self);
                    }
                    return take();
                }
                if (!listed) {
                    waiting.add(self);
                    listed = true;
                }
            }
            LockSupport.parkNanos(this, leftNs);
            leftNs = timeoutNs - (System.nanoTime() - startNs);
        }
    }

    private E take() {
        if (events.isEmpty()) {
            woken = false;
        }
        final E event = events.poll();
        changed();
        return event;
    }

    /** Wakes one of those who wait when there is something for it; in the monitor. */
    private void changed() {
        ready = woken || !events.isEmpty();
        final Thread first = waiting.peek();
        if (ready && first != null) {
            LockSupport.unpark(first);
        }
    }

    /** Whether there is an event, or somebody who waits was {@linkplain #wakeUp told} not to. */
    boolean isReady() {
        return ready;
    }

    /** Lets a thread that waits return at once, or the next one that would wait. */
    void wakeUp() {
        synchronized (events) {
            woken = true;
            changed();
        }
    }

    void removeIf(final Predicate<? super E> unwanted) {
        synchronized (events) {
            events.removeIf(unwanted);
            changed();
        }
    }
}
