// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The thread that serves a port while the application does not: it waits for packets, and for the next deadline.
 *
 * <p>While an application polls at a high rate, or waits for completions again and again, it does all the work, and
 * each packet would wake this thread for nothing. The thread then leaves the socket alone and looks now and then
 * whether that is still so: soon at first, as it is often over soon, and once in a millisecond in the long run, unless
 * somebody {@linkplain #takeOver says earlier} that it is over.
 */
final class PortThread {

    private static final Logger LOGGER = System.getLogger(PortThread.class.getName());
    private static final BooleanSupplier NEVER = () -> false;

    /** Time over which the rate of polls is measured. */
    private static final long WINDOW_NS = TimeUnit.MICROSECONDS.toNanos(200);
    /** At this mean time from poll to poll, or less, the application does the work. */
    private static final long POLLED_OFTEN_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long FIRST_AWAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Port port;
    private final Dispatcher dispatcher;
    private final SocketWatch watch;
    private final Thread thread;

    /** Only the thread itself uses these. */
    private long windowStartNs;
    private long windowPolls;
    private boolean polledOften;
    private long awayNs = FIRST_AWAY_NS;

    private volatile boolean away;
    private volatile boolean takesOver;
    private volatile boolean ended;

    PortThread(final Port port, final SocketWatch watch) {
        this.port = port;
        this.dispatcher = port.dispatcher();
        this.watch = watch;
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-" + port.local()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread, and waits for it. */
    void end() {
        ended = true;
        watch.wakeUp();
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the thread watch the socket again, should it have left that to an application. */
    void takeOver() {
        if (away) {
            takesOver = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        windowStartNs = System.nanoTime();
        while (!ended) {
            try {
                if (isStillLeftToApplication() || !watch.tryTake()) {
                    stayAway();
                } else {
                    workAndWait();
                }
            } catch (final IOException | RuntimeException e) {
                LOGGER.log(Level.ERROR, "the port " + port.local() + " goes on after an error that should not be", e);
                LockSupport.parkNanos(LONGEST_AWAY_NS);
            }
        }
    }

    private boolean isStillLeftToApplication() {
        if (polledOften) {
            final long nowNs = System.nanoTime();
            if (takesOver || nowNs - windowStartNs >= FIRST_AWAY_NS) {
                measure(nowNs);
            }
        }
        return polledOften;
    }

    private void measure(final long nowNs) {
        final long polls = port.polls();
        polledOften = !takesOver && (polls - windowPolls) * POLLED_OFTEN_NS > nowNs - windowStartNs;
        windowStartNs = nowNs;
        windowPolls = polls;
        takesOver = false;
    }

    private void stayAway() {
        away = true;
        if (!takesOver && !ended) {
            if (polledOften) {
                LockSupport.parkNanos(this, awayNs);
            } else {
                watch.awaitReturn();
            }
        }
        awayNs = Math.min(2 * awayNs, LONGEST_AWAY_NS);
        away = false;
    }

    private void workAndWait() throws IOException {
        try {
            boolean sleeps = false;
            port.lockForThread();
            try {
                watch.awake();
                if (!dispatcher.work(NEVER)) {
                    sleeps = isToSleep();
                }
            } finally {
                port.unlock();
            }
            if (sleeps && !ended) {
                watch.sleep(Long.MAX_VALUE);
            }
        } finally {
            watch.giveBack();
        }
    }

    private boolean isToSleep() {
        final long nowNs = System.nanoTime();
        if (nowNs - windowStartNs >= WINDOW_NS || takesOver) {
            measure(nowNs);
        }
        if (!polledOften) {
            awayNs = FIRST_AWAY_NS;
            watch.prepare(nowNs, NEVER);
        }
        return !polledOften;
    }
}
