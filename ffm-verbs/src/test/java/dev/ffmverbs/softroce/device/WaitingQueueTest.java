// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingQueueTest {

    private static final long LONG_NS = TimeUnit.HOURS.toNanos(1);

    private final WaitingQueue<Integer> queue = new WaitingQueue<>();
    private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

    private List<Thread> startWaiting(final int threads) throws InterruptedException {
        final List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            started.add(Thread.ofPlatform().daemon().start(() -> taken.add(String.valueOf(queue.await(LONG_NS)))));
        }
        for (final Thread thread : started) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1);
            }
        }
        return started;
    }

    @Test
    void eachEventGoesToOneOfThoseWhoWaitHoweverFastTheyCome() throws Exception {
        for (int round = 0; round < 200; round++) {
            startWaiting(3);
            queue.add(3 * round);
            queue.add(3 * round + 1);
            queue.add(3 * round + 2);
            final List<String> events = new ArrayList<>(List.of(taken.take(), taken.take(), taken.take()));
            events.removeAll(List.of("" + 3 * round, "" + (3 * round + 1), "" + (3 * round + 2)));
            assertEquals(List.of(), events);
            assertFalse(queue.isReady());
        }
    }

    @Test
    void itsDescriptorIsOpenedOnceAndClosedWithIt() throws Exception {
        queue.add(1);
        final int descriptor = queue.descriptor("a test");

        assertEquals(descriptor, queue.descriptor("another test"));
        assertTrue(Files.exists(Path.of("/proc/self/fd/" + descriptor)));
        queue.removeIf(event -> true);
        queue.close();
        assertFalse(Files.exists(Path.of("/proc/self/fd/" + descriptor)));
        queue.add(2);
        queue.close();
        assertEquals(2, queue.await(0));
    }

    @Test
    void whatCameBeforeIsTakenInOrderWithoutWaiting() {
        queue.add(1);
        queue.add(2);

        assertTrue(queue.isReady());
        assertEquals(1, queue.await(LONG_NS));
        assertEquals(2, queue.await(0));
        assertNull(queue.await(0));
        assertNull(queue.await(1));
    }

    @Test
    void oneWhoWaitsForAChangeLeavesItToOthers() {
        queue.add(1);
        queue.wakeUp();
        queue.awaitReady(LONG_NS);
        queue.awaitReady(LONG_NS);
        assertEquals(1, queue.await(0));
        assertTrue(queue.takeWakeUp());
        assertFalse(queue.isReady());
    }

    @Test
    void aNudgeEndsOneWaitForAChangeAndNoOther() throws Exception {
        queue.nudge();
        queue.awaitReady(LONG_NS);
        assertFalse(queue.isReady());

        final Thread waiting = Thread.ofPlatform().daemon().start(() -> queue.awaitReady(LONG_NS));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        queue.nudge();
        waiting.join();
        assertNull(queue.await(1));
    }

    @Test
    void oneWhoWaitsIsWokenOrElseTheNext() throws Exception {
        startWaiting(1);
        queue.wakeUp();
        assertEquals("null", taken.take());

        queue.wakeUp();
        assertTrue(queue.isReady());
        assertNull(queue.await(LONG_NS));
        assertFalse(queue.isReady());
    }

    @Test
    void aThreadThatIsInterruptedReturnsInterruptedAndLeavesWhatComesToOthers() throws Exception {
        final List<Thread> both = startWaiting(2);
        both.getFirst().interrupt();
        assertEquals("null", taken.take());

        queue.add(7);
        assertEquals("7", taken.take());

        Thread.currentThread().interrupt();
        assertNull(queue.await(LONG_NS));
        assertTrue(Thread.interrupted());
    }

    @Test
    void whatIsRemovedIsNotTaken() {
        queue.add(1);
        queue.add(2);
        queue.removeIf(event -> event == 1);

        assertEquals(2, queue.await(0));
        assertFalse(queue.isReady());
    }
}
