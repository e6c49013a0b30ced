// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests completion queues: capacity, polling in batches, overrun. */
class CompletionQueueTest {

    private static final int MESSAGES = 12;

    private static ConnectedPair.Setup withQueueOf(final int entries) {
        return new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                return side.context.createCompletionQueue(entries);
            }
        };
    }

    private static void complete(final ConnectedPair pair, final int firstMessage, final int messages) {
        final SendRequest send = SendRequest.allocate(0).send();
        for (int message = firstMessage; message < firstMessage + messages; message++) {
            pair.right.post(EmptyRequests.receive(pair.right.context.device()).workRequestId(message));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(send));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void handsOutCompletionsInPortionsAndInOrder(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            complete(pair, 0, MESSAGES);
            final WorkCompletions five = WorkCompletions.allocate(5);
            int expected = 0;
            for (final int count : new int[] {5, 5, 2, 0}) {
                assertEquals(count, pair.right.queue.poll(five));
                assertEquals(count, five.count());
                for (int index = 0; index < count; index++) {
                    assertEquals(expected++, five.workRequestId(index));
                }
                assertThrows(IndexOutOfBoundsException.class, () -> five.workRequestId(count));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsItsCompletionsWhenItIsResized(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices, withQueueOf(MESSAGES + 1))) {
            complete(pair, 0, MESSAGES);

            Unsupported.orSkip(() -> pair.right.queue.resize(200));
            assertTrue(pair.right.queue.capacity() >= 200, pair.right.queue.toString());
            complete(pair, MESSAGES, 3);

            for (int message = 0; message < MESSAGES + 3; message++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
                assertEquals(message, pair.right.completions.workRequestId(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToShrinkBelowWhatItHolds(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            complete(pair, 0, MESSAGES);
            final int capacity = pair.right.queue.capacity();

            final VerbsException refused = assertThrows(VerbsException.class, () -> pair.right.queue.resize(1));

            assertEquals("ibv_resize_cq", refused.verb());
            assertEquals(capacity, pair.right.queue.capacity());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(0, pair.right.completions.workRequestId(0));
        }
    }

    /** Announces fewer times, or is refused by name. A device that moderates says how much. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void moderatesItsAnnouncementsOrSaysThatTheDeviceCannot(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); CompletionQueue queue = context.createCompletionQueue(16)) {
            assertThrows(IllegalArgumentException.class, () -> queue.moderate(-1, 0));
            assertThrows(IllegalArgumentException.class, () -> queue.moderate(1, 1 << 16));
            if (context.extendedAttributes().maximumModeratedCompletions() > 0) {
                queue.moderate(1, 0);
                return;
            }
            final UnsupportedVerbException refused =
                assertThrows(UnsupportedVerbException.class, () -> queue.moderate(8, 100));
            assertEquals("ibv_modify_cq", refused.verb());
            assertTrue(refused.getMessage().contains("cq_count=8, cq_period=100"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesSizesThatDoNotExist(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            assertThrows(IllegalArgumentException.class, () -> context.createCompletionQueue(0));
            assertThrows(IllegalArgumentException.class, () -> context.createCompletionQueue(-1));
            final int most = context.attributes().maximumCompletionEntries();
            final VerbsException refused =
                assertThrows(VerbsException.class, () -> context.createCompletionQueue(most + 1));
            assertEquals("ibv_create_cq", refused.verb());
            assertTrue(refused.getMessage().contains("entries=" + (most + 1)), refused.getMessage());
            try (CompletionQueue queue = context.createCompletionQueue(4)) {
                assertThrows(IllegalArgumentException.class, () -> queue.resize(0));
                assertThrows(VerbsException.class, () -> queue.resize(most + 1));
            }
        }
    }

    /** If there are more completions than the queue holds, the excess is lost and an event reports it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void reportsThatItOverran(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), withQueueOf(2))) {
            final int beyond = pair.right.queue.capacity() + 1;
            assertTrue(beyond < 64, pair.right.queue + " is too large to be overrun by this test");
            for (int message = 0; message < beyond; message++) {
                pair.right.post(EmptyRequests.receive(pair.right.context.device()).workRequestId(message));
                pair.left.post(SendRequest.allocate(0).send());
            }

            final var event = assertInstanceOf(AsynchronousEvent.OfCompletionQueue.class,
                pair.right.context.nextAsynchronousEvent(Duration.ofSeconds(20)).orElseThrow());

            assertEquals(AsynchronousEventType.COMPLETION_QUEUE_ERROR, event.type());
            assertSame(pair.right.queue, event.completionQueue());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToCloseBeforeItsQueuePairs(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final CompletionQueue queue = pair.left.queue;

            final IllegalStateException refused = assertThrows(IllegalStateException.class, queue::close);

            assertTrue(refused.getMessage().contains(pair.left.queuePair.toString()), refused.getMessage());
            pair.left.queuePair.close();
            queue.close();
            queue.close();
            assertEquals(queue + " is closed",
                assertThrows(IllegalStateException.class, () -> queue.poll(pair.left.completions)).getMessage());
            assertThrows(IllegalStateException.class, () -> queue.resize(5));
            assertThrows(IllegalStateException.class, () -> pair.left.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(queue)));
        }
    }
}
