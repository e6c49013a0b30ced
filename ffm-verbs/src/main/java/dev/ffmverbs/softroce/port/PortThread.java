// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The thread that serves a port while the application does not: it waits for packets, and for the next deadline.
 *
 * <p>Who polls does the work. While an application polls at a high rate, whether its polls find something or not, or
 * waits for completions again and again, it does all the work, and each packet would wake this thread for nothing. The
 * thread then leaves the socket alone and looks now and then whether that is still so: soon at first, as it is often
 * over soon, and once in a millisecond in the long run, unless somebody {@linkplain #takeOver says earlier} that it is
 * over. Should the polls have found so much that none of them did the port's work, the thread does that once in a
 * millisecond.
 *
 * <p>A thread that waits for packets, this one or one of the application, looks at the socket for 40 us before it
 * sleeps as long as most waits of late were that short, and only where a processor is to spare ({@link MachineLoad}).
 *
 * <p>Whatever is thrown, the thread goes on: see {@link Dispatcher} for what becomes of the part that threw it.
 */
final class PortThread {

    /** Time over which the rate of polls is measured. */
    private static final long WINDOW_NS = TimeUnit.MICROSECONDS.toNanos(200);
    /** At this mean time from poll to poll, or less, the application does the work. */
    private static final long POLLED_OFTEN_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long FIRST_AWAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Port port;
    private final PacketWait waiting;
    private final SocketWatch watch;
    private final PortLog log;
    private final Thread thread;
    private final BooleanSupplier isToWait = this::isToWait;
    private final BooleanSupplier isEnded = this::isEnded;

    /** Only the thread itself uses these. */
    private long windowStartNs = System.nanoTime();
    private long windowPolls;
    private long lastTurns;
    private boolean polledOften;
    private long awayNs = FIRST_AWAY_NS;

    private volatile boolean away;
    private volatile boolean takesOver;
    private volatile boolean ended;

    PortThread(final Port port, final PacketWait waiting, final SocketWatch watch, final PortLog log) {
        this.port = port;
        this.waiting = waiting;
        this.watch = watch;
        this.log = log;
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-" + port.local()).unstarted(this::run);
    }

    private boolean isEnded() {
        return ended;
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

    /** Whether the thread has left the work to an application that polls. */
    boolean isLeftToApplication() {
        return away;
    }

    private void run() {
        Throwable failure = null;
        while (!ended) {
            try {
                if (failure != null) {
                    final Throwable told = failure;
                    failure = null;
                    log.failed("its thread, taking in and sending packets,", "it goes on in 1 ms", told);
                    LockSupport.parkNanos(LONGEST_AWAY_NS);
                }
                if (isStillLeftToApplication()) {
                    workIfNobodyDid();
                    stayAway();
                } else if (watch.tryTake()) {
                    workAndWait();
                } else {
                    stayAway();
                }
            } catch (final Throwable e) {
                // Nothing is called here: what is called could throw again, and end the thread.
                failure = e;
            }
        }
    }

    /** A thread that has the watch does the work; one that polls may find so much that it never does. */
    private void workIfNobodyDid() {
        final long turns = port.turns();
        if (turns == lastTurns && awayNs == LONGEST_AWAY_NS && !watch.isTaken()) {
            waiting.work();
        }
        lastTurns = turns;
    }

    private void workAndWait() throws IOException {
        try {
            waiting.workAndWait(isToWait, isEnded);
        } finally {
            watch.giveBack();
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

    /** Whether to wait for packets; under the dispatch lock. Otherwise the application does the work. */
    private boolean isToWait() {
        final long nowNs = System.nanoTime();
        if (nowNs - windowStartNs >= WINDOW_NS || takesOver) {
            measure(nowNs);
        }
        if (!polledOften) {
            awayNs = FIRST_AWAY_NS;
        }
        return !polledOften && !ended;
    }
}
