// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock that guards all work of a port.
 *
 * <p>Application threads try to take the lock, and leave their work to its holder if that fails. Only the control path
 * waits in a queue, in order of arrival. Otherwise it would wait for as long as packets arrive. The thread that watches
 * the socket often waits while others post and poll. It waits outside the queue, so that it allocates nothing.
 *
 * <p>The first thread in the queue reserves the lock before it sleeps, and threads that try leave it the lock. They
 * would overtake it a hundred thousand times otherwise: where there are few processors, it often gets one just when
 * another thread is suspended that has the lock. The thread that watches the socket reserves the lock after a long
 * wait. A reservation is over after a few milliseconds, so that a thread that is suspended or fails does not stop the
 * others; the thread renews it when it runs.
 *
 * <p>A thread that had no stack left to release the lock does not keep it. A thread that has waited for long notices
 * that.
 */
final class DispatchLock {

    /** Stack depth of the calls that release the lock and wake a thread. */
    private static final int FRAMES = 32;

    /** How long a thread waits before it checks whether the thread that has the lock still uses it. */
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long the thread that watches the socket waits before it reserves the lock, because posts are urgent. */
    private static final long WATCH_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long other threads leave the lock to the thread that has reserved it. */
    private static final long RESERVATION_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long reservationNs;
    private final Possession possession = new Possession();
    private final Queue<Thread> queue = new ConcurrentLinkedQueue<>();

    /** The thread that watches the socket, while it waits. The thread that releases the lock wakes it. */
    private volatile Thread waiting;

    /**
     * A thread that waits and has the lock next, or null. If two threads reserve the lock at the same time, only one of
     * them has.
     */
    private volatile Thread reservedFor;

    /** When the lock was reserved. Written before the thread, and read after it. */
    private long reservedNs;

    DispatchLock() {
        this(RESERVATION_NS);
    }

    /** Creates a lock with another duration of a reservation. */
    DispatchLock(final long reservationNs) {
        this.reservationNs = reservationNs;
    }

    /** Takes the lock, and waits in the queue if necessary. */
    void lock() {
        requireStack(FRAMES);
        if (isWantedFirst() && !possession.isMine() || !possession.tryTakeAgain()) {
            lockInQueue(Thread.currentThread());
        }
    }

    private boolean isWantedFirst() {
        return reservedFor != null || !queue.isEmpty();
    }

    private void lockInQueue(final Thread self) {
        boolean interrupted = false;
        queue.add(self);
        try {
            while (queue.peek() != self || isReservedForOther(self) || !possession.tryTake()) {
                if (queue.peek() == self) {
                    reserve(self);
                }
                final boolean waitedLong = awaitRelease();
                interrupted |= Thread.interrupted();
                if (waitedLong && queue.peek() == self && possession.takeFromGoneThread()) {
                    break;
                }
            }
        } finally {
            endReservation(self);
            queue.remove(self);
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    /**
     * Makes threads that try leave the lock to a thread that waits, if it is a platform thread. A virtual thread may
     * not get a carrier before those threads end their wait for what they have posted.
     */
    void reserve(final Thread self) {
        if (!isReservedForOther(self) && !self.isVirtual()) {
            reservedNs = System.nanoTime();
            reservedFor = self;
        }
    }

    private void endReservation(final Thread self) {
        if (reservedFor == self) {
            reservedFor = null;
        }
    }

    private boolean isReservedForOther(final Thread self) {
        final Thread first = reservedFor;
        return first != null && first != self && System.nanoTime() - reservedNs < reservationNs;
    }

    /**
     * Waits until the thread that has the lock releases it, the caller is interrupted, or its patience is over. May
     * also return without a reason.
     *
     * @return whether its patience is over.
     */
    private boolean awaitRelease() {
        final long startNs = System.nanoTime();
        LockSupport.parkNanos(this, PATIENCE_NS);
        return System.nanoTime() - startNs >= PATIENCE_NS;
    }

    /**
     * Takes the lock if no other thread has it, or has reserved it. A thread that has reserved it then takes it, unless
     * it fails.
     */
    boolean tryLock() {
        requireStack(FRAMES);
        return (!isReserved() || possession.isMine()) && possession.tryTakeAgain();
    }

    /**
     * Makes a thread without enough stack fail before it takes the lock, not while it releases the lock.
     *
     * @return the depth, so that the compiler does not remove the calls.
     */
    private static int requireStack(final int frames) {
        return frames == 0 ? 0 : 1 + requireStack(frames - 1);
    }

    /**
     * Takes the lock, and waits for it outside the queue. Only for the thread that watches the socket. There is one
     * such thread at a time. A thread that waits in the queue gets the lock first, once.
     */
    void lockWithoutQueue() {
        requireStack(FRAMES);
        if (isWantedFirst() || !possession.tryTakeAgain()) {
            lockOutsideQueue(Thread.currentThread());
        }
    }

    private void lockOutsideQueue(final Thread self) {
        boolean mayOvertake = queue.isEmpty();
        boolean interrupted = false;
        final long startNs = System.nanoTime();
        try {
            while (!mayOvertake || !tryTakeToWatch(self)) {
                waiting = self;
                // The lock is free if a thread released it before it could see the waiting thread.
                if ((mayOvertake || queue.isEmpty()) && tryTakeToWatch(self)) {
                    break;
                }
                final boolean waitedLong = awaitRelease();
                interrupted |= Thread.interrupted();
                if (waitedLong && possession.takeFromGoneThread()) {
                    break;
                }
                mayOvertake = true;
                if (System.nanoTime() - startNs >= WATCH_PATIENCE_NS) {
                    reserve(self);
                }
            }
        } finally {
            endReservation(self);
            waiting = null;
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    private boolean tryTakeToWatch(final Thread self) {
        return !isReservedForOther(self) && possession.tryTakeAgain();
    }

    /** Releases the lock, in any case. */
    void unlock() {
        if (possession.giveBack()) {
            wakeNext();
        }
    }

    private void wakeNext() {
        final Thread next = queue.peek();
        if (next != null) {
            LockSupport.unpark(next);
        }
        final Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Returns whether the caller holds the lock more than once. */
    boolean isNested() {
        return possession.isNested();
    }

    /** Returns whether a thread that waits has the lock next. */
    boolean isReserved() {
        return isReservedForOther(null);
    }

    /** Returns whether threads wait in the queue. */
    boolean hasQueue() {
        return !queue.isEmpty();
    }

    /** Returns whether other threads wait. They take precedence over threads that only try. */
    boolean isWanted() {
        return waiting != null || !queue.isEmpty();
    }
}
