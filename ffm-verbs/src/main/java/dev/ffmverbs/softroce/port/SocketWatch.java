// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The wait for packets and for the next deadline, by one thread at a time. The thread is the port thread, or an
 * application thread that waits for a completion and thus avoids a handover between threads.
 *
 * <p>A thread {@linkplain #tryTake takes} the watch. It then repeatedly does the work of the port under the dispatch
 * lock and decides under the same lock how to wait. It first {@linkplain #beginLook polls} the socket for a while if
 * that has paid off recently and the machine has a spare processor. Otherwise it {@linkplain #prepareSleep decides} how
 * long to sleep, and {@linkplain #sleep sleeps}.
 */
final class SocketWatch implements AutoCloseable {

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long the port thread waits for the watch before it checks whether the thread that has it still uses it. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Dispatcher dispatcher;
    private final TransportCounters counters;
    private final MachineLoad load;
    private final SocketWait wait;
    private final Possession possession = new Possession();

    /** The thread to notify when the watch is returned, or null. */
    private volatile Thread waiting;

    /**
     * Whether the thread that has the watch sleeps, until when, and what else ends the sleep. Guarded by the dispatch
     * lock, except that a thread that returns the watch marks itself as awake.
     */
    private volatile boolean asleep;
    private boolean untilWoken;
    private boolean untilWritable;
    private long sleepUntilNs;
    private BooleanSupplier satisfied;

    /** Length of the sleep just prepared, unless it lasts until it is ended. Used by the thread that has the watch. */
    private long sleepNs;

    /**
     * Results of earlier waits, for responses to own requests and for requests of others. Used by the thread that has
     * the watch.
     */
    private final LookingRule answers = new LookingRule();
    private final LookingRule arrivals = new LookingRule();

    /**
     * The rule for the current wait, or null while there is work. Used by the thread that has the watch, like the
     * fields below.
     */
    private LookingRule rule;
    private long waitStartNs;
    private long packetsBefore;
    private boolean looked;

    SocketWatch(final Dispatcher dispatcher, final SocketWait wait, final MachineLoad load) {
        this.dispatcher = dispatcher;
        this.counters = dispatcher.transport().counters();
        this.load = load;
        this.wait = wait;
    }

    /** Takes the watch if no other thread has it. */
    boolean tryTake() {
        return possession.tryTake();
    }

    boolean isTaken() {
        return possession.isTaken();
    }

    void giveBack() {
        possession.giveBack();
        final Thread thread = waiting;
        if (thread != null) {
            waiting = null;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until the watch is returned or the caller is unparked.
     *
     * @return true if the caller has the watch now, because the thread that had it did not return it.
     */
    boolean awaitReturn() {
        waiting = Thread.currentThread();
        boolean gone = false;
        if (isTaken()) {
            final long startNs = System.nanoTime();
            LockSupport.parkNanos(this, PATIENCE_NS);
            gone = System.nanoTime() - startNs >= PATIENCE_NS && possession.takeFromGoneThread();
        }
        waiting = null;
        return gone;
    }

    /** Marks the thread that has the watch as awake. Called under the dispatch lock. */
    void markAwake() {
        asleep = false;
        satisfied = null;
    }

    /** Ends the wait without packets, because the thread returns the watch for another reason. */
    void abandonWait() {
        rule = null;
        // Otherwise the next post would wake nobody, and the next wait would end at once.
        asleep = false;
    }

    /** Ends the wait and records its length if packets have arrived since it began. */
    void endWaitIfPacketsArrived(final long nowNs) {
        if (rule != null && hasPackets()) {
            rule.recordSleep(nowNs - waitStartNs);
            rule = null;
        }
    }

    private boolean hasPackets() {
        return counters.get(TransportCounter.PACKETS_RECEIVED) != packetsBefore;
    }

    /**
     * Begins to wait, and to poll the socket if that is worthwhile. Called under the dispatch lock. {@link #endLook}
     * ends polling. If no packet came, the wait continues.
     *
     * @return whether to poll. If not, {@link #prepareSleep} must follow before the lock is released.
     */
    boolean beginLook(final long nowNs) {
        if (rule == null) {
            rule = dispatcher.expectsAnswers() ? answers : arrivals;
            waitStartNs = nowNs;
            packetsBefore = counters.get(TransportCounter.PACKETS_RECEIVED);
            looked = false;
        }
        if (looked || dispatcher.isBlocked() || !rule.pays()) {
            return false;
        }
        looked = load.beginLook(nowNs);
        return looked;
    }

    /**
     * Ends the wait if a packet has arrived since it began, so that polling has paid off. Called under the dispatch
     * lock.
     *
     * @return true if polling has paid off.
     */
    boolean endLookIfPaid() {
        if (hasPackets()) {
            counters.increment(TransportCounter.LOOKS_PAID);
            rule.recordPaidLook();
            rule = null;
            return true;
        }
        return false;
    }

    /**
     * Ends a polling period.
     *
     * @param nowNs     current time.
     * @param suspended whether the system suspended the thread while it polled.
     */
    void endLook(final long nowNs, final boolean suspended) {
        load.endLook();
        if (suspended) {
            load.recordSuspension(nowNs);
        }
    }

    /**
     * Decides how long to sleep. Called under the dispatch lock.
     *
     * @param nowNs     current time.
     * @param endsEarly returns whether the sleeper has what it waits for, whichever thread did the work.
     */
    void prepareSleep(final long nowNs, final BooleanSupplier endsEarly) {
        counters.increment(TransportCounter.SLEEPS);
        if (looked) {
            looked = false;
            counters.increment(TransportCounter.LOOKS_IN_VAIN);
        }
        asleep = true;
        satisfied = endsEarly;
        untilWritable = dispatcher.isBlocked();
        untilWoken = !dispatcher.hasDeadline();
        sleepNs = untilWoken ? 0 : dispatcher.untilDeadlineNs(nowNs);
        sleepUntilNs = nowNs + sleepNs;
    }

    /** Wakes the sleeper if it has work to do before it would wake up. Called under the dispatch lock. */
    void wakeIfNeeded() {
        if (asleep && (dispatcher.hasWork() || satisfied.getAsBoolean() || dispatcher.isBlocked() && !untilWritable
            || dispatcher.hasDeadline() && (untilWoken || dispatcher.untilDeadlineNs(sleepUntilNs) < 0))) {
            wait.wakeUp();
            asleep = false;
        }
    }

    /** Ends the current sleep of the thread that has the watch, or the next one. */
    void wakeUp() {
        wait.wakeUp();
    }

    /** Sleeps as prepared just before, but not longer than a given time. */
    void sleep(final long maximumNs) throws IOException {
        final long leftNs = untilWoken ? maximumNs : Math.min(maximumNs, sleepNs);
        if (leftNs > 0) {
            wait.sleep(untilWritable, leftNs);
        } else if (untilWritable) {
            wait.sleep(true, NS_PER_MS);
        }
    }

    @Override
    public void close() {
        wait.close();
    }
}
