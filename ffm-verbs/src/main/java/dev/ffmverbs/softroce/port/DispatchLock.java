// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock under which everything of a port happens.
 *
 * <p>Threads of the application try it, and leave their work to whoever has it; only the control path waits in its
 * queue. The port's own thread waits often, while the application polls, and so it waits beside the queue: a thread
 * that enters the queue of a {@link ReentrantLock} allocates its place there.
 */
final class DispatchLock {

    /** Calls within calls that it takes to give the lock back, and to wake a thread. */
    private static final int FRAMES = 32;

    private final ReentrantLock lock = new ReentrantLock();

    /** The port's thread while it waits; whoever gives the lock back wakes it. */
    private volatile Thread waiting;

    /** Takes the lock, waiting in its queue. */
    void lock() {
        requireStack(FRAMES);
        lock.lock();
    }

    /** Takes the lock if nobody has it. */
    boolean tryLock() {
        requireStack(FRAMES);
        return lock.tryLock();
    }

    /**
     * Lets a thread whose stack is used up fail before it has the lock, and not where it gives it back.
     *
     * @return something, so that no compiler leaves the calls out.
     */
    private static int requireStack(final int frames) {
        return frames == 0 ? 0 : 1 + requireStack(frames - 1);
    }

    /** Takes the lock, waiting for it; for the port's thread alone. */
    void lockWithoutQueue() {
        while (!lock.tryLock()) {
            waiting = Thread.currentThread();
            // Whoever gave the lock back before it could see who waits has left it free.
            if (lock.tryLock()) {
                break;
            }
            LockSupport.park(this);
        }
        waiting = null;
    }

    /** Gives the lock back. */
    void unlock() {
        lock.unlock();
        final Thread thread = waiting;
        if (thread != null && lock.getHoldCount() == 0) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether the caller has the lock, and has it more than once. */
    boolean isNested() {
        return lock.getHoldCount() > 1;
    }

    /** Whether others wait, who should have their turn before those who only try. */
    boolean isWanted() {
        return waiting != null || lock.hasQueuedThreads();
    }
}
