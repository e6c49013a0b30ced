// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets a thread that has the {@link SocketWatch} do the port's work and wait for more: it looks at the socket for a
 * while first, where that pays, and then sleeps.
 */
final class PacketWait {

    private static final BooleanSupplier NEVER = () -> false;

    /** A thread that has not looked at the socket for this long was suspended by the system. */
    private static final long SUSPENDED_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What to do once the work is done. */
    private enum Next {
        /** More work. */
        WORK,
        /** Look at the socket. */
        LOOK,
        /** Sleep. */
        SLEEP
    }

    private final PortLock lock;
    private final Dispatcher dispatcher;
    private final SocketWatch watch;
    private final ApplicationActivity activity;
    private final PortLog log;

    PacketWait(
        final PortLock lock, final Dispatcher dispatcher, final SocketWatch watch,
        final ApplicationActivity activity, final PortLog log) {
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.watch = watch;
        this.activity = activity;
        this.log = log;
    }

    /**
     * Works and waits until a thread of the application has what it waits for. The thread has taken the watch; this
     * method gives it back.
     *
     * @param satisfied tells whether the caller has what it waits for.
     * @param timeoutNs longest wait in nanoseconds.
     * @return true after the caller was satisfied, was interrupted or has waited long enough; false if it cannot wait
     *     here.
     */
    boolean await(final BooleanSupplier satisfied, final long timeoutNs) {
        try {
            final long startNs = System.nanoTime();
            long leftNs = timeoutNs;
            while (leftNs > 0 && !satisfied.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                workAndWait(satisfied, leftNs);
                leftNs = timeoutNs == Long.MAX_VALUE ? timeoutNs : timeoutNs - (System.nanoTime() - startNs);
            }
            return true;
        } catch (final IOException e) {
            log.error("waiting for packets in a thread of the application", "the port's own thread waits for them", e);
            return false;
        } finally {
            try {
                watch.abandonWait();
            } finally {
                watch.giveBack();
            }
        }
    }

    private void workAndWait(final BooleanSupplier satisfied, final long leftNs) throws IOException {
        final Next next;
        lock.lock();
        try {
            watch.markAwake();
            activity.countTurn();
            final boolean more = dispatcher.work(satisfied);
            next = more || satisfied.getAsBoolean() ? Next.WORK : chooseWait(satisfied);
        } finally {
            lock.unlock();
        }
        wait(next, satisfied, leftNs);
    }

    /**
     * Does the work in the port's own thread, which has the watch, and waits for more.
     *
     * @param isToWait  tells, under the lock, whether to wait once there is no work.
     * @param satisfied tells whether to stop looking.
     */
    void workAndWait(final BooleanSupplier isToWait, final BooleanSupplier satisfied) throws IOException {
        Next next = Next.WORK;
        lock.lockForPortThread();
        try {
            watch.markAwake();
            if (!dispatcher.work(NEVER) && isToWait.getAsBoolean()) {
                next = chooseWait(NEVER);
            }
        } finally {
            lock.unlock();
        }
        wait(next, satisfied, Long.MAX_VALUE);
    }

    /** Does the work there is, without waiting, unless another thread is doing it. */
    void work() {
        if (lock.tryLock()) {
            try {
                dispatcher.work(NEVER);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Chooses how to wait; under the lock, once the work is done. */
    private Next chooseWait(final BooleanSupplier satisfied) {
        final long nowNs = System.nanoTime();
        watch.endWaitIfPacketsArrived(nowNs);
        if (watch.beginLook(nowNs)) {
            return Next.LOOK;
        }
        watch.prepareSleep(nowNs, satisfied);
        return Next.SLEEP;
    }

    private void wait(final Next how, final BooleanSupplier satisfied, final long leftNs) throws IOException {
        if (how == Next.LOOK) {
            look(satisfied, Math.min(leftNs, LookingRule.LOOK_NS));
        } else if (how == Next.SLEEP) {
            watch.sleep(leftNs);
        }
    }

    /** Does the port's work repeatedly until a packet arrives, the caller is satisfied, or time is up. */
    private void look(final BooleanSupplier satisfied, final long lookNs) {
        final long startNs = System.nanoTime();
        long nowNs = startNs;
        boolean suspended = false;
        try {
            while (nowNs - startNs < lookNs && !suspended && !workWhileLooking(satisfied)) {
                Thread.onSpinWait();
                final long beforeNs = nowNs;
                nowNs = System.nanoTime();
                suspended = nowNs - beforeNs > SUSPENDED_NS;
            }
        } finally {
            watch.endLook(nowNs, suspended);
        }
    }

    /** Does the work there is. Returns whether the look is over. */
    private boolean workWhileLooking(final BooleanSupplier satisfied) {
        if (!lock.tryLock()) {
            return satisfied.getAsBoolean();
        }
        try {
            final boolean more = dispatcher.work(satisfied);
            return watch.endLookIfPaid() || more || satisfied.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
