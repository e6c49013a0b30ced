// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests queues that belong to one thread. */
class ConfinementTest {

    private static final int LENGTH = 64;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void confinedQueuesCarryDataForTheirThread(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            pair.left.queuePair.confine();
            pair.left.queue.confine();
            final MemoryRegion remote = TestMemory.region(pair.right, LENGTH, 5, Access.REMOTE_READ);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .localMemory(local, 0, LENGTH).read(remote.iova(), remote.rkey())));

            TestMemory.assertSame(remote, 0, local, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void otherThreadsAreRefusedWhateverTheyCall(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = new ConnectedPair(devices);
             SharedReceiveQueue shared = pair.left.domain.createSharedReceiveQueue(4, 1)) {
            pair.left.queuePair.confine();
            pair.left.queue.confine();
            shared.confine();

            assertRefusedElsewhere(() -> pair.left.queue.poll(WorkCompletions.allocate(1)));
            assertRefusedElsewhere(() -> pair.left.queue.confine());
            assertRefusedElsewhere(() -> pair.left.queuePair.postSend(SendRequest.allocate(1)));
            assertRefusedElsewhere(() -> pair.left.queuePair.postReceive(ReceiveRequest.allocate(1)));
            assertRefusedElsewhere(pair.left.queuePair::query);
            assertRefusedElsewhere(pair.left.queuePair::close);
            assertRefusedElsewhere(() -> shared.postReceive(ReceiveRequest.allocate(1)));
            assertTrue(pair.left.queue.isOpen() && pair.left.queuePair.isOpen() && shared.isOpen());
            assertEquals(0, pair.left.queue.poll(WorkCompletions.allocate(1)), "the owner continues");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theirThreadClosesThemAndIsThenRefusedAsAnyOther(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionQueue queue = context.createCompletionQueue(8);
            queue.confine();
            queue.confine();
            queue.close();
            queue.close();

            assertFalse(queue.isOpen());
            assertThrows(IllegalStateException.class, () -> queue.poll(WorkCompletions.allocate(1)));
            assertThrows(IllegalStateException.class, queue::confine);
            elsewhere(() ->
                assertThrows(IllegalStateException.class, () -> queue.poll(WorkCompletions.allocate(1))));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void whenTheirThreadHasEndedAnyCanCloseThem(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            final CompletionQueue queue = context.createCompletionQueue(8);
            elsewhere(queue::confine);
            queue.close();
            assertFalse(queue.isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aCloseThatIsRefusedLeavesThemConfined(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            pair.left.queue.confine();
            assertThrows(IllegalStateException.class, pair.left.queue::close);

            assertEquals(0, pair.left.queue.poll(WorkCompletions.allocate(1)));
            assertRefusedElsewhere(() -> pair.left.queue.poll(WorkCompletions.allocate(1)));
        }
    }

    private static void assertRefusedElsewhere(final Executable call) throws Exception {
        elsewhere(() -> {
            final String message = assertThrows(WrongThreadException.class, call).getMessage();
            assertTrue(message.contains("is confined to"), message);
        });
    }

    /** Runs an action on another thread and waits until that thread ends. */
    private static void elsewhere(final Executable body) throws Exception {
        final FutureTask<Void> task = new FutureTask<>(() -> {
            try {
                body.execute();
            } catch (final Exception | Error e) {
                throw e;
            } catch (final Throwable e) {
                throw new AssertionError(e);
            }
            return null;
        });
        final Thread thread = Thread.ofPlatform().start(task);
        thread.join();
        task.get();
    }
}
