// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock that guards all work of a port.
 *
 * <p>Application threads try to take the lock, and leave their work to its holder if that fails. Only the control path
 * waits in the queue of the lock. The port thread often waits while the application polls. It waits outside the queue,
 * because a thread that enters the queue of a {@link ReentrantLock} allocates a node.
 */
final class DispatchLock {

    /** Stack depth of the calls that release the lock and wake a thread. */
    private static final int FRAMES = 32;

    /** The lock is fair. Otherwise the control path would wait for as long as packets arrive. */
    private final ReentrantLock lock = new ReentrantLock(true);

    /** The port thread while it waits. The thread that releases the lock wakes it. */
    private volatile Thread waiting;

    /** Takes the lock, and waits in its queue if necessary. */
    void lock() {
        requireStack(FRAMES);
        lock.lock();
    }

    /** Takes the lock if no other thread has it. */
    boolean tryLock() {
        requireStack(FRAMES);
        return lock.tryLock();
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
     * Takes the lock, and waits for it outside the queue. Only for the port thread. A thread that waits in the queue
     * gets the lock first, once.
     */
    void lockWithoutQueue() {
        boolean mayOvertake = !lock.hasQueuedThreads();
        while (!mayOvertake || !lock.tryLock()) {
            waiting = Thread.currentThread();
            // The lock is free if a thread released it before it could see the waiting thread.
            if ((mayOvertake || !lock.hasQueuedThreads()) && lock.tryLock()) {
                break;
            }
            LockSupport.park(this);
            mayOvertake = true;
        }
        waiting = null;
    }

    /** Releases the lock. */
    void unlock() {
        lock.unlock();
        final Thread thread = waiting;
        if (thread != null && lock.getHoldCount() == 0) {
            LockSupport.unpark(thread);
        }
    }

    /** Returns whether the caller holds the lock more than once. */
    boolean isNested() {
        return lock.getHoldCount() > 1;
    }

    /** Returns whether threads wait in the queue. */
    boolean hasQueue() {
        return lock.hasQueuedThreads();
    }

    /** Returns whether other threads wait. They take precedence over threads that only try. */
    boolean isWanted() {
        return waiting != null || lock.hasQueuedThreads();
    }
}
