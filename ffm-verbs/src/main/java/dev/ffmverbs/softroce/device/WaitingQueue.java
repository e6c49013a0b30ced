// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Events that threads wait for, first come first served. Adding never waits for those who wait. Every wake-up ends one
 * wait without an event: one that is under way, or the next.
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
    private int wakeUps;

    /** Whether somebody who waits would return at once; written in the monitor. */
    private volatile boolean ready;

    void add(final E event) {
        synchronized (events) {
            events.add(event);
            signalChange();
        }
    }

    /**
     * Takes the oldest event, waiting for one.
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait, and takes no wake-up.
     * @return the event; null when none came in time, a {@link #wakeUp} ended the wait or the thread was interrupted,
     *     which it then still is.
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
                    return take(leftNs > 0 && !self.isInterrupted());
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

    /** Takes an event, or else a wake-up if that may be; in the monitor. */
    private E take(final boolean takesWakeUp) {
        final E event = events.poll();
        if (event == null && takesWakeUp && wakeUps > 0) {
            wakeUps--;
        }
        signalChange();
        return event;
    }

    /**
     * Takes a wake-up, for a thread that waits elsewhere.
     *
     * @return false when there is none, or an event to take first.
     */
    boolean takeWakeUp() {
        synchronized (events) {
            final boolean taken = events.isEmpty() && wakeUps > 0;
            if (taken) {
                wakeUps--;
                signalChange();
            }
            return taken;
        }
    }

    /** Wakes one of those who wait when there is something for it; in the monitor. */
    private void signalChange() {
        ready = wakeUps > 0 || !events.isEmpty();
        final Thread first = waiting.peek();
        if (ready && first != null) {
            LockSupport.unpark(first);
        }
    }

    /** Whether there is an event, or somebody who waits was {@linkplain #wakeUp told} not to. */
    boolean isReady() {
        return ready;
    }

    /** Ends one wait: of a thread that waits, or of the next one that would. */
    void wakeUp() {
        synchronized (events) {
            if (wakeUps < Integer.MAX_VALUE) {
                wakeUps++;
            }
            signalChange();
        }
    }

    void removeIf(final Predicate<? super E> unwanted) {
        synchronized (events) {
            events.removeIf(unwanted);
            signalChange();
        }
    }
}
