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
        final Thread next;
        synchronized (events) {
            events.add(event);
            next = noteChange();
        }
        LockSupport.unpark(next);
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
            E event = null;
            Thread next = null;
            final boolean over;
            synchronized (events) {
                over = ready || leftNs <= 0 || self.isInterrupted();
                if (over) {
                    if (listed) {
                        waiting.remove(self);
                    }
                    event = take(leftNs > 0 && !self.isInterrupted());
                    next = noteChange();
                } else if (!listed) {
                    waiting.add(self);
                    listed = true;
                }
            }
            if (over) {
                LockSupport.unpark(next);
                return event;
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
        return event;
    }

    /**
     * Takes a wake-up, for a thread that waits elsewhere.
     *
     * @return false when there is none, or an event to take first.
     */
    boolean takeWakeUp() {
        Thread next = null;
        final boolean taken;
        synchronized (events) {
            taken = events.isEmpty() && wakeUps > 0;
            if (taken) {
                wakeUps--;
                next = noteChange();
            }
        }
        LockSupport.unpark(next);
        return taken;
    }

    /**
     * Notes that events or wake-ups have changed; in the monitor. The caller unparks the thread that is returned once
     * it has left the monitor, because the thread enters the monitor first.
     *
     * @return the thread that has waited longest if there is something for it, else null.
     */
    private Thread noteChange() {
        ready = wakeUps > 0 || !events.isEmpty();
        return ready ? waiting.peek() : null;
    }

    /** Whether there is an event, or somebody who waits was {@linkplain #wakeUp told} not to. */
    boolean isReady() {
        return ready;
    }

    /** Ends one wait: of a thread that waits, or of the next one that would. */
    void wakeUp() {
        final Thread next;
        synchronized (events) {
            if (wakeUps < Integer.MAX_VALUE) {
                wakeUps++;
            }
            next = noteChange();
        }
        LockSupport.unpark(next);
    }

    void removeIf(final Predicate<? super E> unwanted) {
        final Thread next;
        synchronized (events) {
            events.removeIf(unwanted);
            next = noteChange();
        }
        LockSupport.unpark(next);
    }
}
