// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryThreadTest {

    private final DeliveryThread thread = new DeliveryThread("delivery", "the listener of node A");
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void end() {
        thread.abandon();
        thread.finish();
    }

    private void awaitAll() throws InterruptedException {
        final CountDownLatch done = new CountDownLatch(1);
        thread.execute(done::countDown);
        assertTrue(done.await(30, TimeUnit.SECONDS), heard.toString());
    }

    @Test
    void redeliversInOrderWhatFailedBeforeItReachedItsRecipient() throws InterruptedException {
        final int[] failures = {5};
        thread.execute(new Delivery<>(heard, () -> "first", to -> {
            if (failures[0]-- > 0) {
                throw new OutOfMemoryError("injected");
            }
            to.get().add("first");
        }));
        thread.execute(new Delivery<>(heard, () -> "second", to -> to.get().add("second")));
        awaitAll();

        assertEquals(List.of("first", "second"), heard);
    }

    @Test
    void isNotWellWhileNothingCanBeDelivered() throws InterruptedException {
        final AtomicBoolean failing = new AtomicBoolean(true);
        thread.execute(new Delivery<>(heard, () -> "first", to -> {
            if (failing.get()) {
                throw new OutOfMemoryError("injected");
            }
            to.get().add("first");
        }));
        final long startNs = System.nanoTime();
        while (thread.isWell()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30), "it says so");
            Thread.sleep(1);
        }
        assertTrue(thread.isAlive());
        failing.set(false);
        awaitAll();

        assertTrue(thread.isWell());
        assertEquals(List.of("first"), heard);
    }

    @Test
    void notifiesARecipientThatFailsOnceAndContinues() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            final String news = "news " + i;
            thread.execute(new Delivery<>(heard, () -> news, to -> {
                to.get().add(news);
                throw new NoClassDefFoundError("injected");
            }));
        }
        awaitAll();

        assertEquals(100, heard.size());
        assertTrue(thread.isWell());
    }

    @Test
    void aRecipientThatInterruptsItsThreadIsNotifiedOfTheRest() throws InterruptedException {
        thread.execute(new Delivery<>(heard, () -> "first", to -> {
            to.get().add("first");
            Thread.currentThread().interrupt();
        }));
        thread.execute(new Delivery<>(heard, () -> "second", to -> to.get().add("second")));
        awaitAll();

        assertEquals(List.of("first", "second"), heard);
    }

    @Test
    void endsWhenItHasRetiredAndHasNothingToDoAndStillDoesWhatComesLater() throws InterruptedException {
        thread.retire();
        assertTrue(thread.join(TimeUnit.SECONDS.toNanos(30)));
        assertFalse(thread.isAlive());
        assertTrue(thread.isWell(), "it was meant to end");

        thread.execute(() -> heard.add("late"));
        assertEquals(List.of("late"), heard);
    }
}
