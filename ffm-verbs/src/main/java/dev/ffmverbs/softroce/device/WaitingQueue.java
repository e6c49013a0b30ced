// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.libc.CallFailedException;
import dev.ffmverbs.softroce.libc.EventSignal;
import dev.ffmverbs.softroce.libc.NativeCalls;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A queue of events that threads wait for, first come first served. Adding an event never waits for a waiting thread.
 * Every wake-up ends one wait without an event: a wait in progress, or else the next one.
 *
 * <p>Those who wait for other things as well can wait for a {@linkplain #descriptor descriptor}.
 *
 * <p>Waiting allocates nothing, whereas a {@link java.util.concurrent.locks.Condition} would allocate each time. No
 * thread parks in the monitor.
 *
 * @param <E> kind of event.
 */
final class WaitingQueue<E> {

    /** Both guarded by the monitor of {@link #events}. */
    private final Queue<E> events = new ArrayDeque<>();
    private final Queue<Thread> waiting = new ArrayDeque<>();
    private int wakeUps;

    /** Whether the next {@link #awaitReady} ends at once. Guarded by the same monitor. */
    private boolean nudged;

    /** Raised while there is an event. Guarded by the same monitor. Null until somebody asks for its descriptor. */
    private EventSignal signal;

    /** Whether a thread that waits would return at once. Written in the monitor. */
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
     * Removes the oldest event, and waits for one if there is none.
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait, and consumes no wake-up.
     * @return the event; null when the time ran out, a {@link #wakeUp} ended the wait, or the thread was interrupted,
     *     in which case its interrupt status stays set.
     */
    E await(final long timeoutNs) {
        return await(timeoutNs, true);
    }

    /**
     * Waits until there is an event or a wake-up, and leaves it where it is. Ends early after a {@link #nudge}, or if
     * the time runs out or the thread is interrupted.
     */
    void awaitReady(final long timeoutNs) {
        await(timeoutNs, false);
    }

    private E await(final long timeoutNs, final boolean takes) {
        final Thread self = Thread.currentThread();
        final long startNs = timeoutNs > 0 ? System.nanoTime() : 0;
        long leftNs = timeoutNs;
        boolean listed = false;
        while (true) {
            E event = null;
            Thread next = null;
            final boolean over;
            synchronized (events) {
                over = ready || leftNs <= 0 || self.isInterrupted() || nudged && !takes;
                if (over) {
                    if (listed) {
                        waiting.remove(self);
                    }
                    if (takes) {
                        event = take(leftNs > 0 && !self.isInterrupted());
                    } else {
                        nudged = false;
                    }
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

    /** Removes an event, or else consumes a wake-up if allowed. Called in the monitor. */
    private E take(final boolean takesWakeUp) {
        final E event = events.poll();
        if (event == null && takesWakeUp && wakeUps > 0) {
            wakeUps--;
        }
        return event;
    }

    /**
     * Consumes a wake-up, for a thread that waits elsewhere.
     *
     * @return false when there is no wake-up, or an event comes first.
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
        if (signal != null) {
            updateSignal(signal);
        }
        return ready ? waiting.peek() : null;
    }

    private void updateSignal(final EventSignal present) {
        if (events.isEmpty()) {
            present.lower();
        } else {
            present.raise();
        }
    }

    /**
     * Returns a descriptor that is readable while there is an event. A {@link #wakeUp} does not make it readable.
     *
     * @param verb what was called, for the message of a failure.
     * @return the same descriptor each time, valid until {@link #close}.
     * @throws ProviderException {@code EOPNOTSUPP} if native calls are not allowed, {@code EMFILE} if the process has
     *     no descriptors left.
     */
    int descriptor(final String verb) throws ProviderException {
        synchronized (events) {
            if (signal == null) {
                signal = openSignal(verb);
                updateSignal(signal);
            }
            return signal.descriptor();
        }
    }

    private static EventSignal openSignal(final String verb) throws ProviderException {
        final Optional<String> flaw = NativeCalls.flaw();
        if (flaw.isPresent()) {
            throw new ProviderException(verb, "descriptor", Errno.EOPNOTSUPP,
                "a software device makes descriptors by native calls: " + flaw.get());
        }
        try {
            return new EventSignal();
        } catch (final CallFailedException e) {
            throw new ProviderException(verb, "descriptor", e.errno(), e.getMessage());
        }
    }

    /** Closes the descriptor, if there is one. Nobody waits for events any longer. */
    void close() {
        synchronized (events) {
            if (signal != null) {
                signal.close();
            }
        }
    }

    /** Whether there is an event or a {@linkplain #wakeUp wake-up}. */
    boolean isReady() {
        return ready;
    }

    /** Ends one wait: a wait in progress, or else the next one. */
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

    /** Ends one {@link #awaitReady}: one in progress, or else the next one. */
    void nudge() {
        final Thread next;
        synchronized (events) {
            nudged = true;
            next = waiting.peek();
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
