// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests completions that are read in place. */
class ExtendedCompletionQueueTest {

    private static final long SEED = 59;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private static ConnectedPair pair(final DevicePair devices) {
        return new ConnectedPair(devices, new ConnectedPair.Setup(), new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.context.createExtendedCompletionQueue(64, null, 0));
            }
        });
    }

    private static ExtendedCompletionQueue right(final ConnectedPair pair) {
        return (ExtendedCompletionQueue) pair.right.queue;
    }

    private static void awaitFirst(final ExtendedCompletionQueue queue) {
        final long startNs = System.nanoTime();
        while (!queue.startPoll()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "no completion within 20 s");
        }
    }

    private static void sendNumbers(final ConnectedPair pair, final int first, final int count) {
        for (int number = first; number < first + count; number++) {
            pair.right.post(ReceiveRequest.allocate(0).workRequestId(number));
            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).sendWithImmediate(number)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void readsEveryFieldOfACompletion(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            final MemoryRegion source = TestMemory.region(pair.left, 1500, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 1500, Access.LOCAL_WRITE);
            pair.right.postReceive(-7, target, 0, 1500);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(
                SendRequest.allocate(1).sendWithImmediate(0x0a0b_0c0d).localMemory(source, 0, 1500)));

            awaitFirst(queue);

            assertEquals(-7, queue.workRequestId());
            assertEquals(WorkCompletionStatus.SUCCESS, queue.status());
            assertEquals(WorkCompletionOpcode.RECEIVE, queue.opcode());
            assertEquals(1500, queue.byteLength());
            assertTrue(queue.hasImmediateData());
            assertEquals(0x0a0b_0c0d, queue.immediateData());
            assertEquals(pair.right.queuePair.number(), queue.queuePairNumber());
            assertEquals(0, queue.vendorError());
            assertFalse(queue.nextPoll());
            queue.endPoll();
            TestMemory.assertSame(source, 0, target, 0, 1500);
        }
    }

    /** Reads many batches of different lengths. No completion is read twice, lost, or left over. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void readsEveryCompletionOnceInOrder(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            int sent = 0;
            int read = 0;
            for (final int count : new int[] {1, 2, 5, 3, 40, 1, 17, 30, 2, 60}) {
                sendNumbers(pair, sent, count);
                sent += count;
                while (read < sent) {
                    awaitFirst(queue);
                    do {
                        assertEquals(read, queue.workRequestId());
                        assertEquals(read, queue.immediateData());
                        read++;
                    } while (queue.nextPoll());
                    queue.endPoll();
                }
                assertFalse(queue.startPoll());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void leavesWhatWasNotReadForTheNextTime(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            sendNumbers(pair, 0, 5);

            awaitFirst(queue);
            assertTrue(queue.nextPoll());
            assertEquals(1, queue.workRequestId());
            queue.endPoll();

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(2, pair.right.completions.workRequestId(0), "an ordinary poll continues where reading ended");
            awaitFirst(queue);
            assertEquals(3, queue.workRequestId());
            queue.endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void tellsTheQueuePairsThatShareItApart(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            final QueuePair sender = pair.left.opens(pair.left.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(pair.left.queue)));
            final QueuePair receiver = pair.right.opens(pair.right.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(queue)));
            pair.left.connect(sender, pair.right, receiver);
            pair.right.connect(receiver, pair.left, sender);

            for (int number = 0; number < 4; number++) {
                final QueuePair from = number % 2 == 0 ? pair.left.queuePair : sender;
                final QueuePair to = number % 2 == 0 ? pair.right.queuePair : receiver;
                assertEquals(1, to.postReceive(ReceiveRequest.allocate(0).workRequestId(number)));
                assertEquals(1, from.postSend(SendRequest.allocate(0).sendWithImmediate(number).signal(true)));
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            }

            for (int number = 0; number < 4; number++) {
                awaitFirst(queue);
                assertEquals(number, queue.workRequestId());
                assertEquals(number, queue.immediateData());
                assertEquals((number % 2 == 0 ? pair.right.queuePair : receiver).number(), queue.queuePairNumber());
                queue.endPoll();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsItsCompletionsWhenItIsResized(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            sendNumbers(pair, 0, 5);
            awaitFirst(queue);
            queue.endPoll();

            Unsupported.orSkip(() -> queue.resize(200));
            sendNumbers(pair, 5, 3);

            assertTrue(queue.capacity() >= 200, queue.toString());
            for (int number = 1; number < 8; number++) {
                awaitFirst(queue);
                assertEquals(number, queue.workRequestId());
                queue.endPoll();
            }
            assertFalse(queue.startPoll());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void readsRequestsThatFailed(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            pair.right.post(ReceiveRequest.allocate(0).workRequestId(8)
                .next(ReceiveRequest.allocate(0).workRequestId(9)));

            pair.right.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));

            for (int number = 8; number < 10; number++) {
                awaitFirst(queue);
                assertEquals(number, queue.workRequestId());
                assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, queue.status());
                assertEquals(pair.right.queuePair.number(), queue.queuePairNumber());
                queue.endPoll();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToReadWhatIsNotThere(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            final List<Runnable> accessors = List.of(queue::workRequestId, queue::status, queue::opcode,
                queue::byteLength, queue::hasImmediateData, queue::immediateData, queue::queuePairNumber,
                queue::sourceQueuePairNumber, queue::vendorError, queue::nextPoll);
            for (final Runnable accessor : accessors) {
                assertThrows(IllegalStateException.class, accessor::run, "before the start");
            }
            assertThrows(IllegalStateException.class, queue::endPoll);
            assertFalse(queue.startPoll());
            for (final Runnable accessor : accessors) {
                assertThrows(IllegalStateException.class, accessor::run, "after an empty start");
            }
            sendNumbers(pair, 0, 1);
            awaitFirst(queue);
            assertFalse(queue.nextPoll());
            for (final Runnable accessor : accessors) {
                assertThrows(IllegalStateException.class, accessor::run, "after the last");
            }
            queue.endPoll();
            assertThrows(IllegalStateException.class, queue::endPoll);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void belongsToTheThreadThatStarted(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            sendNumbers(pair, 0, 2);
            awaitFirst(queue);

            for (final Runnable call : List.<Runnable>of(
                queue::startPoll, queue::nextPoll, queue::endPoll, queue::workRequestId)) {
                final ExecutionException refused = assertThrows(ExecutionException.class,
                    () -> CompletableFuture.runAsync(call).get());
                assertEquals(IllegalStateException.class, refused.getCause().getClass());
            }
            assertThrows(IllegalStateException.class, queue::startPoll);
            queue.endPoll();

            assertTrue(CompletableFuture.supplyAsync(() -> {
                final boolean there = queue.startPoll();
                queue.endPoll();
                return there;
            }).get());
        }
    }

    /** Otherwise, the thread would deadlock with itself in the driver. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatWouldWaitForTheSameThread(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedCompletionQueue queue = right(pair);
            sendNumbers(pair, 0, 1);
            awaitFirst(queue);

            assertThrows(IllegalStateException.class, () -> queue.poll(pair.right.completions));
            assertThrows(IllegalStateException.class, () -> queue.resize(100));
            assertThrows(IllegalStateException.class, queue::close);
            assertThrows(IllegalStateException.class, pair.right.queuePair::close);
            assertThrows(IllegalStateException.class,
                () -> pair.right.queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR)));
            assertThrows(IllegalStateException.class, () -> pair.right.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(queue)));

            queue.endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void announcesOnItsChannel(final DevicePair devices) {
        final CompletionChannel[] channel = new CompletionChannel[1];
        try (ConnectedPair pair = new ConnectedPair(devices, new ConnectedPair.Setup(), new ConnectedPair.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                channel[0] = side.opens(side.context.createCompletionChannel());
                return Unsupported.orSkip(() -> side.context.createExtendedCompletionQueue(16, channel[0], 0));
            }
        })) {
            right(pair).requestNotification(false);
            sendNumbers(pair, 4, 1);

            assertEquals(right(pair), channel[0].await(Duration.ofSeconds(20)).orElseThrow());

            assertTrue(right(pair).startPoll());
            assertEquals(4, right(pair).immediateData());
            right(pair).endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesSizesAndVectorsThatDoNotExist(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            Unsupported.orSkip(() -> context.createExtendedCompletionQueue(1, null, 0)).close();

            assertThrows(IllegalArgumentException.class, () -> context.createExtendedCompletionQueue(0, null, 0));
            assertThrows(IllegalArgumentException.class,
                () -> context.createExtendedCompletionQueue(1, null, context.completionVectors()));
            assertThrows(IllegalArgumentException.class, () -> context.createExtendedCompletionQueue(1, null, -1));
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> context.createExtendedCompletionQueue(1 << 30, null, 0));
            assertEquals("ibv_create_cq_ex", refused.verb());
        }
    }
}
