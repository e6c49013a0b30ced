// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the assignment of slots to threads. */
@Timeout(60)
class CallSlotsTest {

    private static final int MOST = 64;

    private final AtomicInteger barriers = new AtomicInteger();
    private final CallSlots slots = new CallSlots(barriers::incrementAndGet);

    @Test
    void aThreadKeepsItsSlotWhileOthersGetTheirs() throws Exception {
        final Thread own = Thread.currentThread();
        assertNull(slots.of(own));
        final CallSlot first = slots.claim(own);

        withLivingThreads(MOST / 2, threads -> {
            final List<CallSlot> others = threads.stream().map(slots::claim).toList();

            assertSame(first, slots.of(own));
            for (int i = 0; i < threads.size(); i++) {
                assertSame(others.get(i), slots.of(threads.get(i)));
                assertNotSame(first, others.get(i));
            }
            assertEquals(others.size(), others.stream().distinct().count());
        });
    }

    @Test
    void aCallIsFoundInWhateverSlotItIs() throws Exception {
        withLivingThreads(MOST / 2, threads -> {
            for (final Thread thread : threads) {
                final CallSlot slot = slots.claim(thread);
                assertFalse(slots.areInCall());
                slot.begin();
                assertTrue(slots.areInCall());
                slot.release();
            }
        });
    }

    @Test
    void moreThreadsThanSlotsCountTheirCalls() throws Exception {
        withLivingThreads(2 * MOST, threads -> {
            final long given = threads.stream().map(slots::claim).filter(slot -> slot != null).count();

            assertTrue(given <= MOST, given + " slots");
            assertTrue(given >= MOST / 2, given + " slots");
        });
    }

    @Test
    void placesOfThreadsThatHaveEndedAreUsedAgain() throws Exception {
        for (int round = 0; round < 4; round++) {
            withLivingThreads(MOST / 2, threads -> threads.forEach(thread -> assertNotNull(slots.claim(thread))));
        }
        for (int i = 0; i < 4 * MOST; i++) {
            final Thread brief = i % 2 == 0 ? Thread.ofPlatform().unstarted(() -> { })
                : Thread.ofVirtual().unstarted(() -> { });
            assertNotNull(slots.claim(brief));
        }
    }

    /** Its call may have ended in a stack overflow. */
    @Test
    void aThreadThatHasEndedIsInNoCall() {
        final Thread ended = Thread.ofPlatform().unstarted(() -> { });
        slots.claim(ended).begin();

        assertFalse(slots.areInCall());
    }

    @Test
    void theThreadThatAsksIsInNoCall() {
        slots.claim(Thread.currentThread()).begin();

        assertFalse(slots.areInCall());
    }

    @Test
    void theBarrierIsExecutedOnlyWhereThereAreSlots() throws Exception {
        slots.settle();
        assertEquals(0, barriers.get());
        slots.claim(Thread.currentThread());
        slots.settle();
        assertEquals(1, barriers.get());
    }

    private interface Use {
        void with(List<Thread> threads);
    }

    private static void withLivingThreads(final int count, final Use use) throws InterruptedException {
        final CountDownLatch end = new CountDownLatch(1);
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            threads.add(builder.start(() -> {
                try {
                    end.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        try {
            use.with(threads);
        } finally {
            end.countDown();
            for (final Thread thread : threads) {
                thread.join();
            }
        }
    }
}
