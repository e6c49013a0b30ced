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
        final long before = port.counters().get(TransportCounter.SLEEPS);
        try (AttachedQueuePair from = new AttachedQueuePair(port); AttachedQueuePair to = new AttachedQueuePair(port)) {
            from.connect(to);
            to.connect(from);
            for (int i = 0; i < 20; i++) {
                from.exchange(to);
            }
        }
        final long waits = port.counters().get(TransportCounter.SLEEPS) - before
            + port.counters().get(TransportCounter.LOOKS_PAID);
        assertTrue(waits > 0, "neither slept nor looked");
    }
}
