// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
 * <p>A thread {@linkplain #tryTake takes} the watch, and then in turn does the port's work under the dispatch lock,
 * {@linkplain #prepare says} under the same lock how long it is going to sleep, and {@linkplain #sleep sleeps}.
 */
final class SocketWatch implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(SocketWatch.class.getName());
    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Dispatcher dispatcher;
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

    SocketWatch(final Dispatcher dispatcher, final DatagramChannel channel) throws IOException {
        this.dispatcher = dispatcher;
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

    /**
     * Chooses how long to sleep; under the dispatch lock.
     *
     * @param nowNs       the time.
     * @param endsEarly   tells whether the sleeper has what it waits for, whoever did the work.
     */
    void prepare(final long nowNs, final BooleanSupplier endsEarly) {
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
            asleep = false;
            selector.wakeup();
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
            LOGGER.log(Level.DEBUG, "closing a selector failed", e);
        }
    }
}
