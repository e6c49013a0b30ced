// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock under which all work of a port happens.
 *
 * <p>Threads of the application try to take it, and leave their work to the thread that has it; only the control path
 * waits in its queue. The port's own thread often waits while the application polls. It does so outside the queue,
 * because a thread that enters the queue of a {@link ReentrantLock} allocates its place there.
 */
final class DispatchLock {

    /** Depth of the calls that release the lock and wake a thread. */
    private static final int FRAMES = 32;

    /** Fair, because the control path would wait for as long as packets arrive if those who do the work came first. */
    private final ReentrantLock lock = new ReentrantLock(true);

    /** The port's thread while it waits; the thread that releases the lock wakes it. */
    private volatile Thread waiting;

    /** Takes the lock and waits in its queue if necessary. */
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
     * Makes a thread without enough stack fail before it has the lock, and not while it releases the lock.
     *
     * @return the depth, so that no compiler omits the calls.
     */
    private static int requireStack(final int frames) {
        return frames == 0 ? 0 : 1 + requireStack(frames - 1);
    }

    /**
     * Takes the lock and waits for it outside the queue; for the port's thread alone. A thread that waits in the queue
     * comes first, once.
     */
    void lockWithoutQueue() {
        boolean mayOvertake = !lock.hasQueuedThreads();
        while (!mayOvertake || !lock.tryLock()) {
            waiting = Thread.currentThread();
            // If a thread released the lock before it could see the waiting thread, the lock is free.
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

    /** Returns whether other threads wait, which take precedence over those that only try. */
    boolean isWanted() {
        return waiting != null || lock.hasQueuedThreads();
    }
}
