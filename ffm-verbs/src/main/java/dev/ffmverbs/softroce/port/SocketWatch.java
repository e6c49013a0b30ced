// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waiting for packets and for the next deadline, by one thread at a time: the port's own, or one of the application
 * that waits for a completion, which so pays no way from thread to thread.
 *
 * <p>A thread {@linkplain #tryTake takes} the watch, and then in turn does the port's work under the dispatch lock and
 * under the same lock decides how to wait: it {@linkplain #beginLook looks} at the socket for a while first, if that
 * has paid of late and the machine has a processor to spare, or it {@linkplain #prepare says} how long it is going to
 * sleep, and {@linkplain #sleep sleeps}.
 */
final class SocketWatch implements AutoCloseable {

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Dispatcher dispatcher;
    private final TransportCounters counters;
    private final MachineLoad load;
    private final PortLog log;
    private final Selector selector;
    private final SelectionKey key;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Who wants to know when the watch is given back. */
    private volatile Thread waiting;

    /** Guarded by the dispatch lock: whether the watch is in the selector, until when, and what else would end it. */
    private boolean asleep;
    private boolean untilWoken;
    private boolean untilWritable;
    private long sleepUntilNs;
    private BooleanSupplier satisfied;

    /** Of who has the watch: what waits for answers to our requests, and for requests of others, taught us. */
    private final LookingRule answers = new LookingRule();
    private final LookingRule arrivals = new LookingRule();

    /** Of who has the watch: the wait it is in. Which rule it belongs to; null when it has work. */
    private LookingRule rule;
    private long waitStartNs;
    private long packetsBefore;
    private boolean looked;

    SocketWatch(
        final Dispatcher dispatcher, final DatagramChannel channel, final MachineLoad load, final PortLog log)
        throws IOException {
        this.dispatcher = dispatcher;
        this.counters = dispatcher.transport().counters();
        this.load = load;
        this.log = log;
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Takes the watch, if no other thread has it. */
    boolean tryTake() {
        return !taken.get() && taken.compareAndSet(false, true);
    }

    boolean isTaken() {
        return taken.get();
    }

    void giveBack() {
        taken.set(false);
        final Thread thread = waiting;
        if (thread != null) {
            waiting = null;
            LockSupport.unpark(thread);
        }
    }

    /** Waits until the watch is given back, or the caller is unparked. */
    void awaitReturn() {
        waiting = Thread.currentThread();
        if (isTaken()) {
            LockSupport.park(this);
        }
        waiting = null;
    }

    /** Says that whoever has the watch is awake; under the dispatch lock. */
    void awake() {
        asleep = false;
        satisfied = null;
    }

    /** Forgets the wait: who has the watch leaves for another reason than packets. */
    void abandonWait() {
        rule = null;
    }

    /** Says that the thread that has the watch has done what there was to do; ends its wait when packets came. */
    void worked(final long nowNs) {
        if (rule != null && hasPackets()) {
            rule.slept(nowNs - waitStartNs);
            rule = null;
        }
    }

    private boolean hasPackets() {
        return counters.get(TransportCounter.PACKETS_RECEIVED) != packetsBefore;
    }

    /**
     * Begins to wait, and to look at the socket if that is worth it; under the dispatch lock. A look ends by
     * {@link #endLook}; the wait goes on after it when it was in vain.
     *
     * @return whether to look; otherwise {@link #prepare} must follow before the lock is given back.
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
     * Whether a packet came since the wait began, which is over then; under the dispatch lock.
     *
     * @return true when the look paid.
     */
    boolean lookPays() {
        if (hasPackets()) {
            counters.increment(TransportCounter.LOOKS_PAID);
            rule.lookPaid();
            rule = null;
            return true;
        }
        return false;
    }

    /**
     * Ends a look.
     *
     * @param nowNs     the time.
     * @param suspended whether the system suspended the thread while it looked.
     */
    void endLook(final long nowNs, final boolean suspended) {
        load.endLook();
        if (suspended) {
            load.lookerSuspended(nowNs);
        }
    }

    /**
     * Chooses how long to sleep; under the dispatch lock.
     *
     * @param nowNs       the time.
     * @param endsEarly   tells whether the sleeper has what it waits for, whoever did the work.
     */
    void prepare(final long nowNs, final BooleanSupplier endsEarly) {
        counters.increment(TransportCounter.SLEEPS);
        if (looked) {
            looked = false;
            counters.increment(TransportCounter.LOOKS_IN_VAIN);
        }
        asleep = true;
        satisfied = endsEarly;
        untilWritable = dispatcher.isBlocked();
        untilWoken = !dispatcher.hasDeadline();
        sleepUntilNs = untilWoken ? 0 : nowNs + dispatcher.untilDeadlineNs(nowNs);
    }

    /** Wakes the sleeper when there is something to do for it before it would wake up; under the dispatch lock. */
    void wakeIfNeeded() {
        if (asleep && (dispatcher.hasWork() || satisfied.getAsBoolean() || dispatcher.isBlocked() && !untilWritable
            || dispatcher.hasDeadline() && (untilWoken || dispatcher.untilDeadlineNs(sleepUntilNs) < 0))) {
            selector.wakeup();
            asleep = false;
        }
    }

    /** Ends the sleep of whoever has the watch, or the next. */
    void wakeUp() {
        selector.wakeup();
    }

    /** Sleeps as prepared, but not longer than told. */
    void sleep(final long maximumNs) throws IOException {
        key.interestOps(untilWritable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        final long leftNs = untilWoken ? maximumNs : Math.min(maximumNs, sleepUntilNs - System.nanoTime());
        if (leftNs == Long.MAX_VALUE) {
            selector.select(SocketWatch::ignore);
        } else if (leftNs > 0 || untilWritable) {
            selector.select(SocketWatch::ignore, Math.max(1, leftNs / NS_PER_MS + (leftNs % NS_PER_MS > 0 ? 1 : 0)));
        }
    }

    private static void ignore(final SelectionKey ready) {
        // The port looks at its socket anyway.
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (final IOException e) {
            log.ignored("closing its selector", e);
        }
    }
}
