// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A port is served regardless of which application thread waits for a completion, and also if none waits. */
class WaitingApplicationTest {

    private static final int READS = 500;
    private static final long LIMIT_S = 20;

    private static SendRequest read(final SoftEndpoint from, final SoftEndpoint to) {
        return SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
            .read(to.memory.iova(), to.memory.rkey());
    }

    private static void readOften(final SoftEndpoint from, final SoftEndpoint to) {
        final SendRequest request = read(from, to);
        for (int i = 0; i < READS; i++) {
            from.post(request);
            from.await();
            assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0));
        }
    }

    @Test
    void threadsThatWaitAtOneDeviceAreAllServed() throws Exception {
        final List<SoftEndpoint> ends = new ArrayList<>();
        try {
            final List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
                final SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT);
                ends.addAll(List.of(from, to));
                from.connect(to);
                to.connect(from);
                readers.add(CompletableFuture.runAsync(() -> readOften(from, to), task -> new Thread(task).start()));
            }
            for (final CompletableFuture<Void> reader : readers) {
                reader.get(LIMIT_S, TimeUnit.SECONDS);
            }
        } finally {
            ends.forEach(SoftEndpoint::close);
        }
    }

    @Test
    void aPortIsServedWhileItsApplicationWaitsForSomethingElse() throws Exception {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            // Both ports now belong to threads that wait often. One of these threads then waits without success.
            readOften(from, to);
            readOften(to, from);
            to.forgetAnnouncements();
            final CountDownLatch begun = new CountDownLatch(1);
            final AtomicBoolean announced = new AtomicBoolean();
            final Thread waiting = new Thread(() -> {
                begun.countDown();
                announced.set(to.channel.await(Duration.ofSeconds(LIMIT_S)).isPresent());
            });
            waiting.start();
            assertTrue(begun.await(LIMIT_S, TimeUnit.SECONDS));
            readOften(from, to);
            to.channel.wakeUp();
            waiting.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
            assertFalse(waiting.isAlive() || announced.get());
        }
    }

    @Test
    void aPortIsServedAfterItsApplicationWaitedOften() {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            for (int round = 0; round < 5; round++) {
                readOften(to, from);
                // No thread calls the right device now, but it must answer.
                readOften(from, to);
            }
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStays() throws Exception {
        try (SoftEndpoint end = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint peer = new SoftEndpoint(SoftDevices.RIGHT)) {
            end.connect(peer);
            peer.connect(end);
            readOften(end, peer);
            end.forgetAnnouncements();
            final AtomicBoolean stays = new AtomicBoolean();
            final Thread waiting = new Thread(() -> {
                final boolean nothing = end.channel.await(Duration.ofSeconds(LIMIT_S)).isEmpty();
                stays.set(nothing && Thread.currentThread().isInterrupted());
            });
            final long startNs = System.nanoTime();
            waiting.start();
            Thread.sleep(50);
            waiting.interrupt();
            waiting.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
            assertTrue(stays.get(), "interrupted after " + (System.nanoTime() - startNs) / 1_000_000 + " ms");
            readOften(end, peer);
        }
    }
}
