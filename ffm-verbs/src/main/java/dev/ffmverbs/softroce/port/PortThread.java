// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that serves a port while nobody polls it: it waits in a selector for packets, and for the next deadline.
 *
 * <p>While an application polls at a high rate it does all the work, and each packet would wake this thread for
 * nothing. The thread then leaves the socket alone and looks now and then whether that is still so: soon at first, as
 * polling is often over soon, and once in a millisecond in the long run, unless somebody {@linkplain #takeOver says
 * earlier} that the polling has ended.
 */
final class PortThread {

    private static final Logger LOGGER = System.getLogger(PortThread.class.getName());

    /** Time over which the rate of polls is measured. */
    private static final long WINDOW_NS = TimeUnit.MICROSECONDS.toNanos(200);
    /** At this mean time from poll to poll, or less, the application does the work. */
    private static final long POLLED_OFTEN_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long FIRST_AWAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Port port;
    private final Dispatcher dispatcher;
    private final Selector selector;
    private final SelectionKey key;
    private final Thread thread;

    /** Guarded by the dispatch lock: whether the thread is in the selector, and until when. */
    private boolean asleep;
    private boolean untilWoken;
    private boolean untilWritable;
    private long sleepUntilNs;

    /** Only the thread itself uses these. */
    private long windowStartNs;
    private long windowPolls;
    private boolean polledOften;
    private long awayNs = FIRST_AWAY_NS;

    private volatile boolean away;
    private volatile boolean takesOver;
    private volatile boolean ended;

    PortThread(final Port port, final DatagramChannel channel) throws IOException {
        this.port = port;
        this.dispatcher = port.dispatcher();
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-" + port.local()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread, and waits for it. */
    void end() {
        ended = true;
        selector.wakeup();
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            selector.close();
        } catch (final IOException e) {
            LOGGER.log(Level.DEBUG, "closing a selector failed", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the thread watch the socket again, should it have left that to an application that polls. */
    void takeOver() {
        if (away) {
            takesOver = true;
            LockSupport.unpark(thread);
        }
    }

    /** Wakes the thread when there is something to do for it before it would wake up; under the dispatch lock. */
    void wakeIfNeeded() {
        if (asleep && (dispatcher.hasWork() || dispatcher.isBlocked() && !untilWritable
            || dispatcher.hasDeadline() && (untilWoken || dispatcher.untilDeadlineNs(sleepUntilNs) < 0))) {
            asleep = false;
            selector.wakeup();
        }
    }

    private void run() {
        windowStartNs = System.nanoTime();
        while (!ended) {
            try {
                workAndWait();
            } catch (final IOException | RuntimeException e) {
                LOGGER.log(Level.ERROR, "the port " + port.local() + " goes on after an error that should not be", e);
                LockSupport.parkNanos(LONGEST_AWAY_NS);
            }
        }
    }

    private void workAndWait() throws IOException {
        final boolean more;
        port.lockForThread();
        try {
            asleep = false;
            more = dispatcher.work(() -> false);
            if (!more) {
                chooseHowToWait();
            }
        } finally {
            port.unlock();
        }
        if (!more) {
            if (polledOften) {
                stayAway();
            } else {
                select();
            }
        }
    }

    private void chooseHowToWait() {
        final long nowNs = System.nanoTime();
        final long elapsedNs = nowNs - windowStartNs;
        if (elapsedNs >= WINDOW_NS || polledOften || takesOver) {
            final long polls = port.polls();
            polledOften = !takesOver && (polls - windowPolls) * POLLED_OFTEN_NS > elapsedNs;
            windowStartNs = nowNs;
            windowPolls = polls;
            takesOver = false;
        }
        if (!polledOften) {
            awayNs = FIRST_AWAY_NS;
            asleep = true;
            untilWritable = dispatcher.isBlocked();
            untilWoken = !dispatcher.hasDeadline();
            sleepUntilNs = untilWoken ? 0 : nowNs + dispatcher.untilDeadlineNs(nowNs);
        }
    }

    private void stayAway() {
        away = true;
        if (!takesOver && !ended) {
            LockSupport.parkNanos(this, awayNs);
        }
        awayNs = Math.min(2 * awayNs, LONGEST_AWAY_NS);
        away = false;
    }

    private void select() throws IOException {
        key.interestOps(untilWritable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        if (ended) {
            return;
        }
        if (untilWoken) {
            selector.select(PortThread::ignore);
        } else {
            final long leftNs = sleepUntilNs - System.nanoTime();
            if (leftNs > 0 || untilWritable) {
                selector.select(PortThread::ignore, Math.max(1, (leftNs + NS_PER_MS - 1) / NS_PER_MS));
            }
        }
    }

    private static void ignore(final SelectionKey ready) {
        // The port looks at its socket anyway.
    }
}
