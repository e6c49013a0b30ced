// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Events that threads wait for, first come first served. Adding never waits for those who wait.
 *
 * @param <E> kind of event.
 */
final class WaitingQueue<E> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<E> events = new ArrayDeque<>();
    private boolean woken;

    /** Whether somebody who waits would return at once; written under the lock. */
    private volatile boolean ready;

    void add(final E event) {
        lock.lock();
        try {
            events.add(event);
            ready = true;
            changed.signal();
        } finally {
            lock.unlock();
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
        lock.lock();
        try {
            long leftNs = timeoutNs;
            while (events.isEmpty() && !woken && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            if (events.isEmpty()) {
                woken = false;
            }
            final E event = events.poll();
            ready = woken || !events.isEmpty();
            return event;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is an event, or somebody who waits was {@linkplain #wakeUp told} not to. */
    boolean isReady() {
        return ready;
    }

    /** Lets a thread that waits return at once, or the next one that would wait. */
    void wakeUp() {
        lock.lock();
        try {
            woken = true;
            ready = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void removeIf(final Predicate<? super E> unwanted) {
        lock.lock();
        try {
            events.removeIf(unwanted);
            ready = woken || !events.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
