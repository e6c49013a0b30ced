// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * The thread that serves a port while the application does not. It waits for packets and for the next deadline.
 *
 * <p>A thread that polls a completion queue does the work of the port. An application that polls at a high rate,
 * successfully or not, does all the work, and each packet would wake this thread needlessly. The thread then leaves the
 * socket alone and checks from time to time whether that is still the case. It checks after 50 microseconds at first,
 * because such phases are often short, and once a millisecond in the long run, unless {@link #takeOver} ends the pause
 * earlier. If the polls find so much that none of them does the work of the port, the thread does it once a
 * millisecond.
 *
 * <p>It also leaves the socket to an application thread that {@linkplain WaitingThreads waits again and again}. While
 * that thread waits for long, this thread sleeps until that wait ends. If the waits are short, it checks once a
 * millisecond whether they continue. If other threads poll at a high rate during a wait, the thread that waits leaves
 * the socket to them as well. It then sleeps until it has what it waits for, or until this thread finds that the polls
 * have become rare.
 *
 * <p>A thread that waits for packets, either this one or an application thread, polls the socket for 40 microseconds
 * before it sleeps. It does so only while most recent waits were that short and a processor is to spare ({@link
 * MachineLoad}).
 *
 * <p>The thread continues after any exception. See {@link Dispatcher} for the effect on the part that threw it.
 */
final class PortThread implements AutoCloseable {

    private static final long FIRST_AWAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How often a thread that closes the port reminds this thread of its end. */
    private static final long REMINDER_MS = 100;

    private final PacketWait waiting;
    private final SocketWatch watch;
    private final ApplicationActivity activity;
    private final WaitingThreads waitingThreads;
    private final PortLog log;
    private final Thread thread;
    private final LongPredicate isToWait = this::checkWhetherToWait;
    private final BooleanSupplier isEnded = this::isEnded;

    /** Used only by the thread, like the fields below. */
    private final PollRate pollRate;
    private long lastTurns;
    private boolean polledOften;
    private long awayNs = FIRST_AWAY_NS;

    /** Written only by the thread. */
    private volatile long rounds;

    private volatile boolean away;
    private volatile boolean takesOver;

    /** Whether a thread that waited has left the work to threads that poll, and they still poll often. */
    private volatile boolean leftToPolls;
    private volatile boolean ended;

    PortThread(
        final LocalAddress local, final PacketWait waiting, final SocketWatch watch,
        final ApplicationActivity activity, final WaitingThreads waitingThreads, final PortLog log) {
        this.waiting = waiting;
        this.watch = watch;
        this.activity = activity;
        this.pollRate = new PollRate(activity);
        this.waitingThreads = waitingThreads;
        this.log = log;
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-" + local).unstarted(this::run);
    }

    private boolean isEnded() {
        return ended;
    }

    void start() {
        thread.start();
    }

    /** Ends the thread and waits until it has ended. An interrupt of the caller is preserved. */
    @Override
    public void close() {
        ended = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            // Repeated, because an error in either thread may have lost a wake-up.
            watch.wakeUp();
            LockSupport.unpark(thread);
            try {
                thread.join(REMINDER_MS);
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes the thread watch the socket again if it has left that to an application that polls, or waits again and
     * again. Does nothing if it waits for the watch, because the application thread that has it does the work and
     * returns it.
     */
    void takeOver() {
        if (away) {
            takesOver = true;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Leaves the work to threads of the application that poll, because a thread that waits has seen that they poll
     * often. Called before that thread returns the watch.
     */
    void leaveToPolls() {
        leftToPolls = true;
    }

    /** Returns whether threads that wait may sleep although no thread has the watch, because others poll. */
    boolean isLeftToPolls() {
        return leftToPolls;
    }

    /** Returns whether the thread has left the work to the application for a short time. */
    boolean isLeftToApplication() {
        return away;
    }

    /** Returns how often the thread has determined what to do. It does so whenever it is woken. */
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
                    log.error("receiving and sending packets in its thread", "the thread continues in 1 ms", told);
                    LockSupport.parkNanos(LONGEST_AWAY_NS);
                }
                round++;
                rounds = round;
                if (checkApplication()) {
                    workIfNobodyDid();
                    stayAway();
                } else if (!leaveToWaitingThread() && (watch.tryTake() || awaitWatch())) {
                    workAndWait();
                }
            } catch (final Throwable e) {
                // Nothing is called here, because it could throw again and end the thread.
                failure = e;
            }
        }
    }

    /** Does the work if nobody else does. Polling threads may find so much that they never do it. */
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

    /** Measures the poll rate when a measurement is due. Returns whether the polling application does the work. */
    private boolean checkApplication() {
        if (polledOften) {
            final long nowNs = System.nanoTime();
            if (takesOver || pollRate.ageNs(nowNs) >= FIRST_AWAY_NS) {
                measure(nowNs);
            }
        } else if (leftToPolls) {
            pollRate.restart(System.nanoTime());
            polledOften = true;
            awayNs = FIRST_AWAY_NS;
        }
        return polledOften;
    }

    /**
     * Leaves the work to an application thread that waits again and again, if there is one, for a short time. Returns
     * false if this thread takes the watch now, or waits until it is returned.
     */
    private boolean leaveToWaitingThread() {
        if (!waitingThreads.areHabitual()) {
            return false;
        }
        final boolean leads = watch.isTaken();
        if (!leads) {
            waitingThreads.wakeNext();
        }
        final long leftNs = waitingThreads.awayNs(leads, System.nanoTime());
        if (leftNs == 0) {
            return false;
        }
        away = true;
        if (!waitingThreads.needsPortThread() && !ended) {
            LockSupport.parkNanos(this, leftNs);
        }
        away = false;
        return true;
    }

    private void measure(final long nowNs) {
        polledOften = pollRate.isHigh(nowNs) && !takesOver && !waitingThreads.needsPortThread();
        takesOver = false;
        if (!polledOften) {
            // Before this thread looks for a thread that waits, which then either sees this or is seen.
            leftToPolls = false;
        }
    }

    /** Leaves the work to a polling application for a short time, and to a thread that waits in that time. */
    private void stayAway() {
        if (!leftToPolls && !watch.isTaken()) {
            waitingThreads.wakeNext();
        }
        away = true;
        if (!takesOver && !ended) {
            LockSupport.parkNanos(this, awayNs);
        }
        awayNs = Math.min(2 * awayNs, LONGEST_AWAY_NS);
        away = false;
    }

    /**
     * Leaves the work to the application thread that watches the socket, until it returns the watch. Returns whether
     * this thread has the watch now.
     */
    private boolean awaitWatch() {
        return !ended && watch.awaitReturn();
    }

    /** Measures the poll rate. Returns whether to wait for packets. Called under the dispatch lock. */
    private boolean checkWhetherToWait(final long nowNs) {
        if (pollRate.ageNs(nowNs) >= PollRate.WINDOW_NS || takesOver) {
            measure(nowNs);
        }
        if (!polledOften) {
            awayNs = FIRST_AWAY_NS;
        }
        return !polledOften && !ended && !waitingThreads.areAboutToLead(nowNs);
    }
}
