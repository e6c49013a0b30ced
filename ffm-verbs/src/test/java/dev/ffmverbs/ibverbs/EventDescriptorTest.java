// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.ProviderException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests waiting on a kernel descriptor. No event ever arrives on it, and no RDMA device is needed. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventDescriptorTest {

    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private int silent;
    private EventDescriptor events;

    @BeforeEach
    void open() throws ProviderException {
        silent = ffm_verbs_h.eventfd(0, 0);
        events = new EventDescriptor(silent);
    }

    @AfterEach
    void close() throws ProviderException {
        events.close();
        assertEquals(0, ffm_verbs_h.close(silent));
    }

    private BlockingQueue<Object> startWaiting(final int threads) {
        final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
        for (int thread = 0; thread < threads; thread++) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    ends.add(events.await(HOUR_NS));
                } catch (final ProviderException e) {
                    ends.add(e);
                }
            });
        }
        return ends;
    }

    @Test
    void asManyWakeUpsAsThreadsWaitLetAllGo() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            final BlockingQueue<Object> ends = startWaiting(4);
            for (int call = 0; call < 4; call++) {
                events.wakeUp();
            }
            for (int thread = 0; thread < 4; thread++) {
                assertEquals(false, ends.poll(20, TimeUnit.SECONDS), thread + " threads have returned");
            }
        }
    }

    @Test
    void oneWakeUpLeavesTheOthersWaiting() throws InterruptedException {
        final BlockingQueue<Object> ends = startWaiting(3);
        for (int call = 0; call < 3; call++) {
            events.wakeUp();
            assertEquals(false, ends.poll(20, TimeUnit.SECONDS));
            assertNull(ends.poll(100, TimeUnit.MILLISECONDS), "one call ended two waits");
        }
    }

    @Test
    void wakeUpsAddUpAndLooksTakeNone() throws ProviderException {
        events.wakeUp();
        events.wakeUp();
        assertFalse(events.await(0));
        assertFalse(events.await(HOUR_NS));
        assertFalse(events.await(HOUR_NS));

        final long startNs = System.nanoTime();
        assertFalse(events.await(SHORT_NS));
        assertTrue(System.nanoTime() - startNs >= SHORT_NS, "two calls ended three waits");
    }
}
