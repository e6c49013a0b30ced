// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket of a device passes from one waiting thread to the next, and nobody misses what arrives in between. */
class WaitingThreadsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int HABIT = 20;

    private SoftEndpoint first;
    private SoftEndpoint firstPeer;
    private SoftEndpoint second;
    private SoftEndpoint secondPeer;

    @BeforeEach
    void open() {
        first = new SoftEndpoint(SoftDevices.LEFT);
        firstPeer = new SoftEndpoint(SoftDevices.RIGHT);
        second = new SoftEndpoint(SoftDevices.LEFT);
        secondPeer = new SoftEndpoint(SoftDevices.RIGHT);
        connect(first, firstPeer);
        connect(second, secondPeer);
    }

    @AfterEach
    void close() {
        SoftDevices.heal();
        first.close();
        firstPeer.close();
        second.close();
        secondPeer.close();
    }

    private static void connect(final SoftEndpoint one, final SoftEndpoint other) {
        one.connect(other);
        other.connect(one);
    }

    private static void read(final SoftEndpoint from, final SoftEndpoint to) {
        from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
            .read(to.memory.iova(), to.memory.rkey()));
        from.await();
        assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0), from.completions.describe(0));
    }

    /** Makes the port thread of the device leave the socket to waiting threads. */
    private static void waitAgainAndAgain(final SoftEndpoint end, final SoftEndpoint peer) {
        for (int i = 0; i < HABIT; i++) {
            read(end, peer);
        }
        end.forgetAnnouncements();
    }

    /** A thread that waits for one message, and what became of its wait. */
    private static final class Receiver {

        private final SoftEndpoint end;
        private final CompletableFuture<Boolean> announced = new CompletableFuture<>();
        private final Thread thread;

        Receiver(final SoftEndpoint end, final Thread.Builder builder) throws InterruptedException {
            this.end = end;
            end.post(ReceiveRequest.allocate(1).localMemory(end.memory, 64, 64));
            end.queue.requestNotification(false);
            thread = builder.start(this::run);
            while (thread.getState() == Thread.State.NEW) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            // Long enough to begin the wait in most runs. The test holds in any case.
            TimeUnit.MILLISECONDS.sleep(20);
        }

        private void run() {
            try {
                announced.complete(end.channel.await(LIMIT).isPresent());
            } catch (final Throwable e) {
                announced.completeExceptionally(e);
            }
        }

        boolean isAnnounced() throws Exception {
            return announced.get(LIMIT.toSeconds() + 10, TimeUnit.SECONDS);
        }
    }

    private static void send(final SoftEndpoint from) {
        from.post(SendRequest.allocate(1).signal(false).localMemory(from.memory, 0, 8).send());
    }

    @Test
    void theNextThreadReceivesAfterTheFirstHasWhatItWaitsFor() throws Exception {
        for (int round = 0; round < HABIT; round++) {
            waitAgainAndAgain(first, firstPeer);
            final Receiver leader = new Receiver(first, Thread.ofPlatform());
            final Receiver follower = new Receiver(second, Thread.ofPlatform());
            send(firstPeer);
            // Arrives while the first thread stops waiting.
            send(secondPeer);
            assertTrue(leader.isAnnounced());
            assertTrue(follower.isAnnounced());
            first.poll(1);
            second.poll(1);
        }
    }

    @Test
    void theNextThreadReceivesAfterTheFirstWasInterrupted() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver leader = new Receiver(first, Thread.ofPlatform());
        final Receiver follower = new Receiver(second, Thread.ofPlatform());
        leader.thread.interrupt();
        assertFalse(leader.isAnnounced());
        send(secondPeer);
        assertTrue(follower.isAnnounced());
        read(second, secondPeer);
    }

    @Test
    void theFirstThreadReceivesAfterTheNextWasInterrupted() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver leader = new Receiver(first, Thread.ofPlatform());
        final Receiver follower = new Receiver(second, Thread.ofPlatform());
        follower.thread.interrupt();
        assertFalse(follower.isAnnounced());
        send(firstPeer);
        assertTrue(leader.isAnnounced());
    }

    @Test
    void theNextThreadReceivesAfterTheChannelOfTheFirstIsClosed() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver leader = new Receiver(first, Thread.ofPlatform());
        final Receiver follower = new Receiver(second, Thread.ofPlatform());
        first.close();
        assertFalse(leader.isAnnounced());
        send(secondPeer);
        assertTrue(follower.isAnnounced());
    }

    @Test
    void bothThreadsReturnIfTheDeviceIsClosedWhileTheyWait() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver leader = new Receiver(first, Thread.ofPlatform());
        final Receiver follower = new Receiver(second, Thread.ofPlatform());
        close();
        assertFalse(leader.isAnnounced());
        assertFalse(follower.isAnnounced());
    }

    @Test
    void aVirtualThreadReceivesAfterTheThreadThatWatchesTheSocketIsGone() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver leader = new Receiver(first, Thread.ofPlatform());
        final Receiver follower = new Receiver(second, Thread.ofVirtual());
        first.channel.wakeUp();
        assertFalse(leader.isAnnounced());
        send(secondPeer);
        assertTrue(follower.isAnnounced());
    }

    @Test
    void threeThreadsThatWaitAndReadAreAllServed() throws Exception {
        try (SoftEndpoint third = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint thirdPeer = new SoftEndpoint(SoftDevices.RIGHT)) {
            connect(third, thirdPeer);
            final CompletableFuture<Void> all = CompletableFuture.allOf(
                readOften(first, firstPeer, Thread.ofPlatform()), readOften(second, secondPeer, Thread.ofPlatform()),
                readOften(third, thirdPeer, Thread.ofVirtual()));
            all.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> readOften(
        final SoftEndpoint from, final SoftEndpoint to, final Thread.Builder builder) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 500; i++) {
                read(from, to);
            }
        }, builder::start);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aDeviceAnswersWhileItsApplicationIsAbsent(final int absentMs) throws Exception {
        for (int round = 0; round < HABIT; round++) {
            waitAgainAndAgain(first, firstPeer);
            TimeUnit.MILLISECONDS.sleep(absentMs);
            read(firstPeer, first);
        }
    }

    @Test
    void aThreadThatWatchesTheSocketSendsAgainWhatWasLost() {
        waitAgainAndAgain(first, firstPeer);
        SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.parse("drop=0.3,seed=7"));
        for (int i = 0; i < 50; i++) {
            read(first, firstPeer);
        }
    }

    @Test
    void anErrorWhileItWaitsLeavesTheSocketToOthers() throws Exception {
        waitAgainAndAgain(first, firstPeer);
        final Receiver follower = new Receiver(second, Thread.ofPlatform());
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        final Thread deep = new Thread(() -> {
            try {
                recurse(first);
            } catch (final StackOverflowError e) {
                thrown.set(e);
            }
        });
        deep.start();
        deep.join();
        assertTrue(thrown.get() instanceof StackOverflowError);
        send(secondPeer);
        assertTrue(follower.isAnnounced());
        read(first, firstPeer);
    }

    private static void recurse(final SoftEndpoint end) {
        end.channel.await(Duration.ofNanos(1));
        recurse(end);
    }
}
