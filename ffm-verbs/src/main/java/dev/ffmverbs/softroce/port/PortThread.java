// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The thread that serves a port while the application does not: it waits for packets and for the next deadline.
 *
 * <p>A thread that polls does the work. While an application polls at a high rate, whether its polls find something or
 * not, or waits for completions again and again, it does all the work, and each packet would wake this thread for
 * nothing. The thread then leaves the socket alone and checks from time to time whether that is still so: after 50
 * microseconds at first, because it is often over soon, and once a millisecond in the long run, unless {@link
 * #takeOver} ends it earlier. If the polls find so much that none of them does the port's work, the thread does it once
 * a millisecond.
 *
 * <p>A thread that waits for packets, this one or one of the application, looks at the socket for 40 microseconds
 * before it sleeps, as long as most recent waits were that short, and only if a processor is to spare ({@link
 * MachineLoad}).
 *
 * <p>Whatever is thrown, the thread continues. See {@link Dispatcher} for what becomes of the part that threw it.
 */
final class PortThread {

    /** Time over which the rate of polls is measured. */
    private static final long WINDOW_NS = TimeUnit.MICROSECONDS.toNanos(200);
    /** The application does the work if the mean time from poll to poll is not longer than this. */
    private static final long POLLED_OFTEN_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long FIRST_AWAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final PacketWait waiting;
    private final SocketWatch watch;
    private final ApplicationActivity activity;
    private final PortLog log;
    private final Thread thread;
    private final BooleanSupplier isToWait = this::checkWhetherToWait;
    private final BooleanSupplier isEnded = this::isEnded;

    /** Used by the thread alone, like the fields below. */
    private long windowStartNs = System.nanoTime();
    private long windowPolls;
    private long lastTurns;
    private boolean polledOften;
    private long awayNs = FIRST_AWAY_NS;

    /** Written by the thread alone. */
    private volatile long rounds;

    private volatile boolean away;
    private volatile boolean takesOver;
    private volatile boolean ended;

    PortThread(
        final LocalAddress local, final PacketWait waiting, final SocketWatch watch,
        final ApplicationActivity activity, final PortLog log) {
        this.waiting = waiting;
        this.watch = watch;
        this.activity = activity;
        this.log = log;
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-" + local).unstarted(this::run);
    }

    private boolean isEnded() {
        return ended;
    }

    void start() {
        thread.start();
    }

    /** Ends the thread and waits until it has ended. An interrupt of the caller is kept for later. */
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

    /**
     * Makes the thread watch the socket again, if it has left that to an application that polls. If a thread of the
     * application watches the socket, nothing is to be done: that thread does the work, and gives the watch back.
     */
    void takeOver() {
        if (away) {
            takesOver = true;
            LockSupport.unpark(thread);
        }
    }

    /** Returns whether the thread has left the work to an application that polls. */
    boolean isLeftToApplication() {
        return away;
    }

    /** Returns how often the thread has found out what to do, which it does whenever it is woken. */
    long rounds() {
        return rounds;
    }

    private void run() {
        Throwable failure = null;
        long round = 0;
        while (!ended) {
            try {
                if (failure != null) {
                    final Throwable told = failure;
                    failure = null;
                    log.error("taking in and sending packets in its thread", "the thread continues in 1 ms", told);
                    LockSupport.parkNanos(LONGEST_AWAY_NS);
                }
                round++;
                rounds = round;
                if (checkApplication()) {
                    workIfNobodyDid();
                    stayAway();
                } else if (watch.tryTake()) {
                    workAndWait();
                } else {
                    awaitWatch();
                }
            } catch (final Throwable e) {
                // Nothing is called here, because it could throw again and end the thread.
                failure = e;
            }
        }
    }

    /** Does the work if nobody does: threads that poll may find so much that they never do it. */
    private void workIfNobodyDid() {
        final long turns = activity.turns();
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

    /** Measures the rate of polls when it is time to, and returns whether the application still does the work. */
    private boolean checkApplication() {
        if (polledOften) {
            final long nowNs = System.nanoTime();
            if (takesOver || nowNs - windowStartNs >= FIRST_AWAY_NS) {
                measure(nowNs);
            }
        }
        return polledOften;
    }

    private void measure(final long nowNs) {
        final long polls = activity.polls();
        polledOften = !takesOver && (polls - windowPolls) * POLLED_OFTEN_NS > nowNs - windowStartNs;
        windowStartNs = nowNs;
        windowPolls = polls;
        takesOver = false;
    }

    /** Leaves the work to an application that polls, for a short time. */
    private void stayAway() {
        away = true;
        if (!takesOver && !ended) {
            LockSupport.parkNanos(this, awayNs);
        }
        awayNs = Math.min(2 * awayNs, LONGEST_AWAY_NS);
        away = false;
    }

    /** Leaves the work to the thread of the application that watches the socket, until it gives the watch back. */
    private void awaitWatch() {
        if (!ended) {
            watch.awaitReturn();
        }
    }

    /** Measures the rate of polls, and returns whether to wait for packets; under the dispatch lock. */
    private boolean checkWhetherToWait() {
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
