// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * Lets a thread that has the {@link SocketWatch} do the work of the port and wait for more. It polls the socket for a
 * while first, where that pays off, and then sleeps.
 */
final class PacketWait {

    private static final BooleanSupplier NEVER = () -> false;

    /** A thread that has not polled the socket for this long was suspended by the system. */
    private static final long SUSPENDED_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The next step once the work is done. */
    private enum Next {
        /** More work. */
        WORK,
        /** Poll the socket. */
        LOOK,
        /** Sleep. */
        SLEEP
    }

    private final PortLock lock;
    private final Dispatcher dispatcher;
    private final SocketWatch watch;
    private final ApplicationActivity activity;
    private final BooleanSupplier wanted;

    /** The polls of other threads during the current wait. Used by the thread that has the watch. */
    private final PollRate pollsOfOthers;

    PacketWait(
        final PortLock lock, final Dispatcher dispatcher, final SocketWatch watch,
        final ApplicationActivity activity) {
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.watch = watch;
        this.activity = activity;
        this.wanted = lock::hasQueue;
        this.pollsOfOthers = new PollRate(activity);
    }

    /**
     * Works and waits until an application thread, which has the watch, has what it waits for, or other threads poll at
     * a high rate. Those do the work, and each packet would wake the caller needlessly.
     *
     * <p>It waits first, because an application usually polls before it waits. A packet that has arrived since ends the
     * wait at once.
     *
     * @param satisfied returns whether the caller has what it waits for.
     * @param startNs   current time.
     * @param timeoutNs longest wait in nanoseconds.
     * @return whether the wait has ended because other threads poll.
     * @throws IOException if the system refuses to wait.
     */
    boolean await(final BooleanSupplier satisfied, final long startNs, final long timeoutNs) throws IOException {
        try {
            // The caller does not poll while it waits, so all polls from now on are those of others.
            pollsOfOthers.restart(startNs);
            long leftNs = timeoutNs;
            boolean receives = false;
            boolean othersPoll = false;
            while (!othersPoll && leftNs > 0 && !satisfied.getAsBoolean()
                && !Thread.currentThread().isInterrupted()) {
                workAndWait(receives, satisfied, leftNs);
                receives = true;
                final long nowNs = System.nanoTime();
                othersPoll = pollsOfOthers.ageNs(nowNs) >= PollRate.WINDOW_NS && pollsOfOthers.isHigh(nowNs);
                if (timeoutNs != Long.MAX_VALUE) {
                    leftNs = timeoutNs - (nowNs - startNs);
                }
            }
            return othersPoll;
        } finally {
            watch.abandonWait();
        }
    }

    private void workAndWait(final boolean receives, final BooleanSupplier satisfied, final long leftNs)
        throws IOException {
        final Next next;
        lock.lockToWatch();
        try {
            watch.markAwake();
            activity.countTurn();
            final boolean more = receives ? dispatcher.work(satisfied, wanted) : sendPosted();
            if (more || satisfied.getAsBoolean()) {
                next = Next.WORK;
            } else {
                // Not by the port thread: while it sleeps until a deadline, posts need not wake it for a later one.
                dispatcher.refreshDeadlines();
                next = chooseWait(System.nanoTime(), satisfied);
            }
        } finally {
            lock.unlock();
        }
        wait(next, satisfied, leftNs);
    }

    /** Sends what was posted. Returns whether there is more to do at once. */
    private boolean sendPosted() {
        dispatcher.sendPosted();
        return dispatcher.hasWork();
    }

    /**
     * Does the work on the port thread, which has the watch, and waits for more.
     *
     * @param isToWait  returns, under the lock and for the current time, whether to wait once there is no work.
     * @param satisfied returns whether to stop polling.
     */
    void workAndWait(final LongPredicate isToWait, final BooleanSupplier satisfied) throws IOException {
        Next next = Next.WORK;
        lock.lockToWatch();
        try {
            watch.markAwake();
            if (!dispatcher.work(NEVER, wanted)) {
                final long nowNs = System.nanoTime();
                if (isToWait.test(nowNs)) {
                    next = chooseWait(nowNs, NEVER);
                }
            }
        } finally {
            lock.unlock();
        }
        wait(next, satisfied, Long.MAX_VALUE);
    }

    /** Does the available work without waiting, unless another thread is doing it. */
    void work() {
        if (lock.tryLock()) {
            try {
                dispatcher.work(NEVER, wanted);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Chooses how to wait. Called under the lock once the work is done. */
    private Next chooseWait(final long nowNs, final BooleanSupplier satisfied) {
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

    /** Does the work of the port repeatedly until a packet arrives, the caller is satisfied, or the time is up. */
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

    /** Does the available work. Returns whether polling is over. */
    private boolean workWhileLooking(final BooleanSupplier satisfied) {
        if (!lock.tryLock()) {
            return satisfied.getAsBoolean();
        }
        try {
            final boolean more = dispatcher.work(satisfied, wanted);
            return watch.endLookIfPaid() || more || satisfied.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
