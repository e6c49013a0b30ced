// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threads that poll do the work, whether or not their polls find something. If no thread polls, the port's thread
 * does the work.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PortThreadTest {

    private static final int UDP_PORT = 44_792;
    private static final int WAITS = 100;
    private static final int POLLED_EXCHANGES = 5000;
    private static final int IDLE_POLLS = 20;

    private Port port;

    @BeforeEach
    void open() throws ProviderException {
        final LocalAddress local = LocalAddress.of(
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT);
        // A machine with idle processors, regardless of the actual load.
        port = Port.open(local, 1 << 20, FaultSettings.NONE, AllowedSockets.ANY,
            new MachineLoad(Path.of("/nowhere"), () -> 16),
            new PortLog("soft9 at " + local, System.getLogger(Port.class.getName())));
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void countsEveryPollWhateverItFinds() throws InterruptedException {
        final long before = port.polls();
        port.countPoll();
        assertEquals(before + 1, port.polls(), "a poll that found something");
        port.poll(() -> false);
        assertEquals(before + 2, port.polls(), "a poll that did the work");
        port.lock();
        try {
            final Thread other = new Thread(() -> port.poll(() -> false));
            other.start();
            other.join();
        } finally {
            port.unlock();
        }
        assertEquals(before + 3, port.polls(), "a poll that found another thread at work");
    }

    @Test
    void leavesTheSocketToAnApplicationWhosePollsAllFindSomething() {
        AttachedQueuePair.until("the thread stays away", () -> {
            port.countPoll();
            // Ends the thread's sleep, so that it checks the polls.
            port.wakeUp();
            return port.isLeftToApplication();
        });
    }

    @Test
    void servesThePortWhileAllPollsFindSomething() {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            leavesTheSocketToAnApplicationWhosePollsAllFindSomething();
            for (int i = 0; i < 100; i++) {
                to.postReceive();
                from.postSend();
                final int received = i;
                AttachedQueuePair.until("the SEND is received", () -> {
                    port.countPoll();
                    return to.statuses.size() > received && from.statuses.size() > received;
                });
            }
        }
    }

    @Test
    void sleepsWhileOneThreadOfTheApplicationWatchesTheSocketAndOthersWaitAsWell() throws InterruptedException {
        final AtomicBoolean watches = new AtomicBoolean();
        final AtomicBoolean over = new AtomicBoolean();
        final Thread watcher = new Thread(() -> {
            final BooleanSupplier satisfied = () -> {
                watches.set(true);
                return over.get();
            };
            while (!port.await(satisfied, TimeUnit.SECONDS.toNanos(100))) {
                // Ends the sleep of the port's thread, so that it leaves the socket to the thread that waits often.
                port.wakeUp();
            }
        });
        watcher.start();
        AttachedQueuePair.until("the application's thread watches the socket, and the port's thread does not poll",
            () -> watches.get() && !port.await(() -> false, 0) && !port.isLeftToApplication());
        final long before = port.threadRounds();
        for (int i = 0; i < WAITS; i++) {
            assertFalse(port.await(() -> false, 0), "the watch was given back");
            TimeUnit.MILLISECONDS.sleep(1);
        }
        final long rounds = port.threadRounds() - before;
        over.set(true);
        port.wakeUp();
        watcher.join();
        assertTrue(rounds <= 2, rounds + " rounds while there was nothing to do");
    }

    @Test
    void leavesTheSocketToAThreadThatWaitsAgainAndAgainAndTakesItOnceThatThreadIsAbsent() {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            for (int i = 0; i < 10; i++) {
                AttachedQueuePair.until("this thread waits, and the port's thread does not poll", () -> {
                    port.wakeUp();
                    return port.await(() -> false, TimeUnit.MICROSECONDS.toNanos(50)) && port.isLeftToApplication();
                });
                from.exchange(to);
            }
        }
    }

    @Test
    void packetsOfAThreadThatPollsDoNotWakeAThreadThatWaits() throws InterruptedException {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            final AtomicBoolean over = new AtomicBoolean();
            final Thread waiter = startWaiter(over::get);
            try {
                AttachedQueuePair.until("the work is left to this thread, which polls", () -> {
                    exchangeByPolls(from, to);
                    return port.isLeftToPolls();
                });
                final long before = waits();
                for (int i = 0; i < POLLED_EXCHANGES; i++) {
                    exchangeByPolls(from, to);
                }
                // A thread that polls may be suspended, and others do the work for a moment.
                final long waits = waits() - before;
                assertTrue(waits < POLLED_EXCHANGES / 2, waits + " waits for packets beside a thread that polls");
            } finally {
                over.set(true);
                endWaiter(waiter);
            }
        }
    }

    @Test
    void aThreadThatWaitsReceivesOnceAnotherThreadPollsNoLonger() throws InterruptedException {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            for (int i = 0; i < 20; i++) {
                final AtomicBoolean over = new AtomicBoolean();
                final Thread waiter = startWaiter(over::get);
                AttachedQueuePair.until("the work is left to this thread, which polls", () -> {
                    exchangeByPolls(from, to);
                    return port.isLeftToPolls();
                });
                from.exchange(to);
                over.set(true);
                endWaiter(waiter);
            }
        }
    }

    private Thread startWaiter(final BooleanSupplier satisfied) {
        final Semaphore wakeUps = new Semaphore(0);
        final Waiter asleep = new Waiter() {
            @Override
            public void sleep(final long timeoutNs) {
                try {
                    wakeUps.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void endSleep() {
                wakeUps.release();
            }
        };
        return Thread.ofPlatform().start(() -> {
            while (!satisfied.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                if (!port.await(satisfied, TimeUnit.SECONDS.toNanos(100))) {
                    port.follow(asleep, TimeUnit.SECONDS.toNanos(100));
                }
            }
        });
    }

    /** Ends a thread whose condition is true by now, whichever way it waits. */
    private void endWaiter(final Thread waiter) throws InterruptedException {
        waiter.interrupt();
        port.wakeUp();
        waiter.join();
    }

    private static void exchangeByPolls(final AttachedQueuePair from, final AttachedQueuePair to) {
        final int sent = from.statuses.size();
        final int received = to.statuses.size();
        to.postReceive();
        from.postSend();
        AttachedQueuePair.until("completions of an exchange", () -> {
            from.port.poll(() -> false);
            return from.statuses.size() > sent && to.statuses.size() > received;
        });
        // Most polls find nothing. That keeps the rate high even before the code is compiled.
        for (int i = 0; i < IDLE_POLLS; i++) {
            from.port.poll(() -> false);
        }
    }

    private long waits() {
        return port.counters().get(TransportCounter.SLEEPS) + port.counters().get(TransportCounter.LOOKS_PAID);
    }

    @Test
    void sendsAgainWhatWasLostWhileAnApplicationThreadLeads() {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            port.injectFaults(FaultSettings.parse("drop=0.3,seed=3"));
            for (int i = 0; i < 20; i++) {
                final int done = i;
                to.postReceive();
                from.postSend();
                AttachedQueuePair.until("a SEND under loss", () -> {
                    if (!port.await(() -> from.statuses.size() > done, TimeUnit.MILLISECONDS.toNanos(100))) {
                        port.wakeUp();
                    }
                    return from.statuses.size() > done;
                });
                assertEquals(CompletionStatuses.SUCCESS, from.statuses.get(done));
            }
        } finally {
            port.injectFaults(FaultSettings.NONE);
        }
    }

    @Test
    void looksBeforeItSleepsWhilePacketsArriveInQuickSuccession() {
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            AttachedQueuePair.until("a look that paid", () -> {
                from.exchange(to);
                return port.counters().get(TransportCounter.LOOKS_PAID) > 0;
            });
            for (int i = 0; i < 100; i++) {
                from.exchange(to);
            }
        }
    }

    @Test
    void countsSleeps() {
        final long before = waits();
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            for (int i = 0; i < 20; i++) {
                from.exchange(to);
            }
        }
        assertTrue(waits() > before, "neither slept nor looked");
    }
}
