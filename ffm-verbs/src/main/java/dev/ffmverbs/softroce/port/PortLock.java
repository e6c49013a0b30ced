// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * The {@link DispatchLock} of a port, with the duties of a thread that releases it. The thread sends what other threads
 * have posted, and wakes the thread at the socket if that has work to do.
 */
final class PortLock {

    private final DispatchLock lock = new DispatchLock();
    private final Dispatcher dispatcher;
    private final SocketWatch watch;

    PortLock(final Dispatcher dispatcher, final SocketWatch watch) {
        this.dispatcher = dispatcher;
        this.watch = watch;
    }

    /** Takes the lock, and waits for it if necessary. If that fails, sends what was left to this thread. */
    void lock() {
        try {
            lock.lock();
        } catch (final Throwable e) {
            sendPostedOrLeave();
            throw e;
        }
    }

    /**
     * Takes the lock for the thread that has the watch of the socket, and waits for it without allocating. If that
     * fails, sends what was left to this thread.
     */
    void lockToWatch() {
        try {
            lock.lockWithoutQueue();
        } catch (final Throwable e) {
            sendPostedOrLeave();
            throw e;
        }
    }

    /** Returns whether threads of the control path wait for the lock. */
    boolean hasQueue() {
        return lock.hasQueue();
    }

    /** Takes the lock, unless another thread has it or waits for it. */
    boolean tryLock() {
        return !lock.isWanted() && lock.tryLock();
    }

    /** Sends what other threads have posted and releases the lock, unless the caller holds it more than once. */
    void unlock() {
        boolean outermost = false;
        try {
            outermost = !lock.isNested();
            if (outermost) {
                dispatcher.sendPosted();
            }
        } finally {
            if (outermost) {
                release();
            } else {
                lock.unlock();
            }
        }
    }

    /** Releases the lock in any case. What was posted just before is not lost. */
    void release() {
        wakeAndUnlock();
        while (dispatcher.hasPosted() && lock.tryLock()) {
            try {
                dispatcher.sendPosted();
            } finally {
                wakeAndUnlock();
            }
        }
    }

    private void wakeAndUnlock() {
        try {
            watch.wakeIfNeeded();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what was posted, unless another thread has the lock or takes it next. That thread then sends it. */
    void sendPostedOrLeave() {
        if (lock.tryLock()) {
            try {
                dispatcher.sendPosted();
            } finally {
                release();
            }
        }
    }
}
