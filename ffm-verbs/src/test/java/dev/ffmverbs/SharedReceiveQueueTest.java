// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests receives of many queue pairs from one queue. */
class SharedReceiveQueueTest {

    private static final long SEED = 37;
    private static final Duration LONG = Duration.ofSeconds(20);

    /** An end with queue pairs that receive from a shared queue. */
    private static final class Sharing extends ConnectedPair.Setup {
        SharedReceiveQueue shared;

        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            shared = side.opens(Unsupported.orSkip(() -> side.domain.createSharedReceiveQueue(16, 2)));
            return another(side);
        }

        QueuePair another(final ConnectedPair.Side side) {
            return side.domain.createQueuePair(configuration(side.queue).withSharedReceiveQueue(shared));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void receivesMessagesInTheOrderTheBuffersWerePosted(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            final MemoryRegion source = TestMemory.region(pair.left, 3000, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 6000, Access.LOCAL_WRITE);
            final ReceiveRequest second = ReceiveRequest.allocate(1).workRequestId(2).localMemory(target, 3000, 3000);
            assertEquals(2, sharing.shared.postReceive(ReceiveRequest.allocate(2).workRequestId(1)
                .localMemory(target, 0, 1000).addLocalMemory(target, 1000, 2000).next(second)));

            pair.left.post(SendRequest.allocate(1).send().localMemory(source, 0, 3000)
                .next(SendRequest.allocate(1).sendWithImmediate(77).localMemory(source, 0, 1500)));

            for (int message = 1; message <= 2; message++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
                assertEquals(message, pair.right.completions.workRequestId(0));
                assertEquals(pair.right.queuePair.number(), pair.right.completions.queuePairNumber(0));
            }
            assertEquals(77, pair.right.completions.immediateData(0));
            assertEquals(1500, pair.right.completions.byteLength(0));
            TestMemory.assertSame(source, 0, target, 0, 3000);
            TestMemory.assertSame(source, 0, target, 3000, 1500);
            TestMemory.assertZero(target, 4500, 1500);
        }
    }

    /** Two senders, two queue pairs and one queue of buffers. Completions name the queue pair of each message. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesSeveralQueuePairs(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair first = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            final QueuePair sender = first.left.opens(new ConnectedPair.Setup().queuePair(first.left));
            final QueuePair receiver = first.right.opens(sharing.another(first.right));
            first.left.connect(sender, first.right, receiver);
            first.right.connect(receiver, first.left, sender);
            final MemoryRegion source = TestMemory.region(first.left, 64, SEED);
            final MemoryRegion target = TestMemory.zeros(first.right, 64, Access.LOCAL_WRITE);
            final ReceiveRequest receive = ReceiveRequest.allocate(1);
            for (int index = 0; index < 8; index++) {
                assertEquals(1, sharing.shared.postReceive(
                    receive.workRequestId(index).localMemory(target, index * 8L, 8)));
            }

            for (int index = 0; index < 8; index++) {
                final boolean even = index % 2 == 0;
                assertEquals(1, (even ? first.left.queuePair : sender).postSend(
                    SendRequest.allocate(1).send().localMemory(source, index * 8L, 8)));
                assertEquals(WorkCompletionStatus.SUCCESS, first.left.awaitCompletion());
                assertEquals(WorkCompletionStatus.SUCCESS, first.right.awaitCompletion());
                assertEquals(index, first.right.completions.workRequestId(0));
                assertEquals((even ? first.right.queuePair : receiver).number(),
                    first.right.completions.queuePairNumber(0));
            }
            TestMemory.assertSame(source, 0, target, 0, 64);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void announcesWhenFewerRequestsWaitThanItsLimit(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            final ReceiveRequest receive = EmptyRequests.receive(devices.right());
            for (int index = 0; index < 4; index++) {
                assertEquals(1, sharing.shared.postReceive(receive));
            }
            sharing.shared.limit(3);
            assertLimit(3, sharing.shared);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
            assertTrue(pair.right.context.nextAsynchronousEvent(Duration.ofMillis(200)).isEmpty(),
                "3 receives are posted, which is not fewer than the limit");
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));

            final var event = assertInstanceOf(AsynchronousEvent.OfSharedReceiveQueue.class,
                pair.right.context.nextAsynchronousEvent(LONG).orElseThrow());
            assertEquals(AsynchronousEventType.SHARED_RECEIVE_QUEUE_LIMIT_REACHED, event.type());
            assertSame(sharing.shared, event.sharedReceiveQueue());
            assertLimit(0, sharing.shared);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void tellsAndChangesItsSize(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             SharedReceiveQueue queue = Unsupported.orSkip(() -> domain.createSharedReceiveQueue(10, 2))) {
            final SharedReceiveQueueAttributes attributes = Unsupported.orSkip(queue::attributes);
            assertTrue(attributes.requests() >= 10, attributes.toString());
            assertTrue(attributes.scatterGatherElements() >= 2, attributes.toString());
            assertEquals(0, attributes.limit());

            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> queue.limit(attributes.requests() + 1)).errno());
            Unsupported.orSkip(() -> queue.resize(100));
            assertTrue(queue.attributes().requests() >= 100, queue.attributes().toString());
            int posted = 0;
            while (queue.postReceive(EmptyRequests.receive(devices.left())) == 1) {
                posted++;
            }
            assertTrue(posted >= 100, posted + " fit");
        }
    }

    /** Expects a limit, except of siw, whose library has no {@code ibv_query_srq}. */
    private static void assertLimit(final int expected, final SharedReceiveQueue queue) {
        if (!Unsupported.isIwarp(queue.protectionDomain().context().device())) {
            assertEquals(expected, queue.attributes().limit());
        }
    }

    private static void postNumbers(final SharedReceiveQueue queue, final int first, final int count) {
        for (int number = first; number < first + count; number++) {
            assertEquals(1, queue.postReceive(
                EmptyRequests.receive(queue.protectionDomain().context().device()).workRequestId(number)));
        }
    }

    private static void receiveNumbers(final ConnectedPair pair, final int first, final int count) {
        for (int number = first; number < first + count; number++) {
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(number, pair.right.completions.workRequestId(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsItsRequestsWhenItsSizeChanges(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            postNumbers(sharing.shared, 0, 10);
            receiveNumbers(pair, 0, 5);

            Unsupported.orSkip(() -> sharing.shared.resize(100));
            postNumbers(sharing.shared, 10, 90);
            receiveNumbers(pair, 5, 85);
            sharing.shared.resize(16);
            receiveNumbers(pair, 90, 3);
            postNumbers(sharing.shared, 100, 5);
            receiveNumbers(pair, 93, 12);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToShrinkBelowWhatItHoldsAndBelowItsLimit(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            Unsupported.orSkip(() -> sharing.shared.resize(64));
            final int size = sharing.shared.attributes().requests();
            postNumbers(sharing.shared, 0, 40);

            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> sharing.shared.resize(8)).errno());
            receiveNumbers(pair, 0, 39);
            sharing.shared.limit(1);
            sharing.shared.resize(32);
            postNumbers(sharing.shared, 40, 25);
            sharing.shared.limit(20);
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> sharing.shared.resize(16)).errno());

            assertTrue(sharing.shared.attributes().requests() <= size, sharing.shared.attributes().toString());
            receiveNumbers(pair, 39, 26);
        }
    }

    /** Messages arrive while the queue moves from one size to another. None is lost, repeated or out of order. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void changesItsSizeWhileMessagesArrive(final DevicePair devices) throws Exception {
        final Sharing sharing = new Sharing();
        final AtomicBoolean ended = new AtomicBoolean();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            Unsupported.orSkip(() -> sharing.shared.resize(64));
            final CompletableFuture<Void> resizing = CompletableFuture.runAsync(() -> {
                for (int round = 0; !ended.get(); round++) {
                    sharing.shared.resize(round % 2 == 0 ? 200 : 16);
                }
            });
            try {
                for (int number = 0; number < 400; number += 8) {
                    postNumbers(sharing.shared, number, 8);
                    receiveNumbers(pair, number, 8);
                }
            } finally {
                ended.set(true);
                resizing.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void takesNoMoreThanItHolds(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             SharedReceiveQueue queue = Unsupported.orSkip(() -> domain.createSharedReceiveQueue(4, 1));
             MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE)) {
            final int size = Unsupported.orSkip(queue::attributes).requests();
            ReceiveRequest chain = null;
            for (int index = 0; index < size + 100; index++) {
                chain = ReceiveRequest.allocate(1).localMemory(region, 0, 64).next(chain);
            }

            final int posted = queue.postReceive(chain);

            assertTrue(posted >= size && posted < size + 100, posted + " of a queue of " + size);
            assertEquals(0, queue.postReceive(EmptyRequests.receive(devices.left())));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesRequestsOfMoreBuffersThanItWasCreatedFor(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             SharedReceiveQueue queue = Unsupported.orSkip(() -> domain.createSharedReceiveQueue(4, 1));
             MemoryRegion region = domain.allocate(64, Access.LOCAL_WRITE)) {
            final ReceiveRequest tooMany = ReceiveRequest.allocate(256);
            final int most = Unsupported.orSkip(queue::attributes).scatterGatherElements();
            for (int element = 0; element <= most; element++) {
                tooMany.addLocalMemory(region, element, 1);
            }

            final VerbsException refused = assertThrows(VerbsException.class, () -> queue.postReceive(tooMany));

            assertEquals(Errno.EINVAL, refused.errno());
            assertEquals("ibv_post_srq_recv", refused.verb());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void takesReceivesInPlaceOfItsQueuePairs(final DevicePair devices) {
        final Sharing sharing = new Sharing();
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), sharing)) {
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> pair.right.queuePair.postReceive(ReceiveRequest.allocate(0)));
            assertTrue(refused.getMessage().contains(sharing.shared.toString()), refused.getMessage());

            final IllegalStateException needed =
                assertThrows(IllegalStateException.class, () -> sharing.shared.close());
            assertTrue(needed.getMessage().contains(pair.right.queuePair.toString()), needed.getMessage());
            pair.right.queuePair.close();
            sharing.shared.close();
            assertThrows(IllegalStateException.class, () -> sharing.shared.postReceive(ReceiveRequest.allocate(0)));
            assertThrows(IllegalStateException.class, () -> sharing.shared.attributes());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void servesOnlyItsOwnProtectionDomain(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             ProtectionDomain other = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(8);
             SharedReceiveQueue shared = Unsupported.orSkip(() -> domain.createSharedReceiveQueue(4, 1))) {
            assertThrows(IllegalArgumentException.class, () -> other.createQueuePair(
                QueuePairConfiguration.reliableConnection(queue).withSharedReceiveQueue(shared)));
        }
    }
}
