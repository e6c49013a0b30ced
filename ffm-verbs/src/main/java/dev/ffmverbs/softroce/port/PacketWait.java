// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How a thread that has the {@link SocketWatch} does the port's work and waits for more: it looks at the socket for a
 * while first, where that pays, and then sleeps.
 */
final class PacketWait {

    private static final BooleanSupplier NEVER = () -> false;

    /** A thread that looks at the socket and does not come to it for so long was suspended by the system. */
    private static final long SUSPENDED_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What to do after the work there was. */
    private enum Next {
        /** More work. */
        WORK,
        /** Look at the socket. */
        LOOK,
        /** Sleep. */
        SLEEP
    }

    private final Port port;
    private final Dispatcher dispatcher;
    private final SocketWatch watch;
    private final PortLog log;

    PacketWait(final Port port, final Dispatcher dispatcher, final SocketWatch watch, final PortLog log) {
        this.port = port;
        this.dispatcher = dispatcher;
        this.watch = watch;
        this.log = log;
    }

    /**
     * Works and waits until a thread of the application has what it waits for; it has taken the watch, which this gives
     * back.
     *
     * @param satisfied tells whether the caller has what it waits for.
     * @param timeoutNs how long to wait at most, in nanoseconds.
     * @return true after the caller was satisfied, interrupted or waited long enough; false when it cannot wait here.
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
            log.failed("waiting for packets in a thread of the application", "the port's own thread does it", e);
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
        port.lock();
        try {
            watch.awake();
            port.countTurn();
            final boolean more = dispatcher.work(satisfied);
            next = more || satisfied.getAsBoolean() ? Next.WORK : chooseWait(satisfied);
        } finally {
            port.unlock();
        }
        wait(next, satisfied, leftNs);
    }

    /**
     * Does the work in the port's own thread, which has the watch, and waits for more.
     *
     * @param isToWait  tells, under the lock, whether to wait once there is nothing to do.
     * @param satisfied tells whether to stop looking.
     */
    void workAndWait(final BooleanSupplier isToWait, final BooleanSupplier satisfied) throws IOException {
        Next next = Next.WORK;
        port.lockForThread();
        try {
            watch.awake();
            if (!dispatcher.work(NEVER) && isToWait.getAsBoolean()) {
                next = chooseWait(NEVER);
            }
        } finally {
            port.unlock();
        }
        wait(next, satisfied, Long.MAX_VALUE);
    }

    /** Does what there is to do once, without waiting; unless another thread is at it. */
    void work() {
        if (port.tryLock()) {
            try {
                dispatcher.work(NEVER);
            } finally {
                port.unlock();
            }
        }
    }

    /** Chooses how to wait; under the lock, after the work there was. */
    private Next chooseWait(final BooleanSupplier satisfied) {
        final long nowNs = System.nanoTime();
        watch.worked(nowNs);
        if (watch.beginLook(nowNs)) {
            return Next.LOOK;
        }
        watch.prepare(nowNs, satisfied);
        return Next.SLEEP;
    }

    private void wait(final Next how, final BooleanSupplier satisfied, final long leftNs) throws IOException {
        if (how == Next.LOOK) {
            look(satisfied, Math.min(leftNs, LookingRule.LOOK_NS));
        } else if (how == Next.SLEEP) {
            watch.sleep(leftNs);
        }
    }

    /** Does the port's work again and again until a packet comes, the caller is satisfied, or time is up. */
    private void look(final BooleanSupplier satisfied, final long lookNs) {
        final long startNs = System.nanoTime();
        long nowNs = startNs;
        boolean suspended = false;
        try {
            while (nowNs - startNs < lookNs && !suspended && !workedWhileLooking(satisfied)) {
                Thread.onSpinWait();
                final long beforeNs = nowNs;
                nowNs = System.nanoTime();
                suspended = nowNs - beforeNs > SUSPENDED_NS;
            }
        } finally {
            watch.endLook(nowNs, suspended);
        }
    }

    /** Returns whether the look is over. */
    private boolean workedWhileLooking(final BooleanSupplier satisfied) {
        if (!port.tryLock()) {
            return satisfied.getAsBoolean();
        }
        try {
            final boolean more = dispatcher.work(satisfied);
            return watch.lookPays() || more || satisfied.getAsBoolean();
        } finally {
            port.unlock();
        }
    }
}
