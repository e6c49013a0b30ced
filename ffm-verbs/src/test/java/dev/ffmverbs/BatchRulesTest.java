// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what a batch refuses, and that it is posted whole or not at all. */
class BatchRulesTest extends BatchTestBase {

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void dropsAnAbortedBatchWhole(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 8, SEED);
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 16, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            final SendBatch batch = batch(pair).signal(true);
            batch.workRequestId(1).write(target.iova(), target.rkey()).localMemory(source, 0, 8);
            batch.abort();
            batch(pair).signal(true).workRequestId(2).write(target.iova() + 8, target.rkey())
                .localMemory(source, 0, 8);
            assertEquals(1, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(2, pair.left.completions.workRequestId(0));
            assertEquals(0, pair.left.queue.poll(pair.left.completions));
            TestMemory.assertZero(target, 0, 8);
            TestMemory.assertSame(source, 0, target, 8, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsNothingOfABatchThatIsTooLargeForTheQueue(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            final SendBatch batch = batch(pair).signal(true);
            for (int request = 0; request < 1000; request++) {
                batch.write(target.iova(), target.rkey());
            }

            assertEquals(0, batch.complete());

            assertEquals(0, pair.left.queue.poll(pair.left.completions));
            batch(pair).signal(true).write(target.iova(), target.rkey());
            assertEquals(1, batch.complete());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
        }
    }

    /** The batch fails as a whole, also if only its middle is wrong. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsNothingOfABatchWithARequestThatIsNotValid(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            Unsupported.onRxe(pair.left.domain.device(),
                "does not check requests when a batch ends (rxe.c, wr_complete)");
            final MemoryRegion remote =
                TestMemory.zeros(pair.right, 16, Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
            final MemoryRegion local = TestMemory.region(pair.left, 16, SEED);
            final SendBatch batch = batch(pair).signal(true);
            batch.write(remote.iova(), remote.rkey()).localMemory(local, 0, 8);
            batch.fetchAndAdd(remote.iova() + 8, remote.rkey(), 1).localMemory(local, 0, 9);
            batch.write(remote.iova(), remote.rkey()).localMemory(local, 0, 8);

            final VerbsException refused = assertThrows(VerbsException.class, batch::complete);

            assertEquals("EINVAL", refused.errnoName());
            batch(pair).signal(true).workRequestId(7).send();
            pair.right.post(ReceiveRequest.allocate(0));
            assertEquals(1, batch.complete());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(7, pair.left.completions.workRequestId(0));
            TestMemory.assertZero(remote, 0, 16);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesEveryCallOutsideOfABatch(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion source = TestMemory.zeros(pair.left, 8);
            final SendBatch ended = batch(pair);
            ended.abort();

            final List<Consumer<SendBatch>> calls = List.of(
                SendBatch::complete, SendBatch::abort, SendBatch::send, batch -> batch.workRequestId(1),
                batch -> batch.signal(true), batch -> batch.write(0, 0), batch -> batch.localMemory(source, 0, 8),
                batch -> batch.inlineData(source.segment()), batch -> batch.localInvalidate(0));
            for (final Consumer<SendBatch> call : calls) {
                assertThrows(IllegalStateException.class, () -> call.accept(ended));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesDataBeforeARequestIsBegun(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion source = TestMemory.zeros(pair.left, 8);
            final SendBatch batch = batch(pair);

            assertThrows(IllegalStateException.class, () -> batch.localMemory(source, 0, 8));
            assertThrows(IllegalStateException.class, () -> batch.addLocalMemory(source, 0, 8));
            assertThrows(IllegalStateException.class, () -> batch.inlineData(source.segment()));

            assertEquals(0, batch.complete(), "an empty batch");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void belongsToTheThreadThatStartedIt(final DevicePair devices) throws Exception {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedQueuePair queuePair = left(pair);
            final SendBatch batch = queuePair.start();

            for (final Runnable call : List.<Runnable>of(
                queuePair::start, batch::send, batch::complete, batch::abort)) {
                final ExecutionException refused = assertThrows(ExecutionException.class,
                    () -> CompletableFuture.runAsync(call).get());
                assertEquals(IllegalStateException.class, refused.getCause().getClass());
            }
            assertThrows(IllegalStateException.class, queuePair::start, "already started");

            batch.abort();
            CompletableFuture.runAsync(() -> queuePair.start().abort()).get();
        }
    }

    /** Otherwise, the thread would deadlock with itself in the driver. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatWouldWaitForTheBatchOfTheSameThread(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final ExtendedQueuePair queuePair = left(pair);
            final SendBatch batch = queuePair.start();

            assertThrows(IllegalStateException.class, queuePair::close);
            assertTrue(queuePair.isOpen());
            assertThrows(IllegalStateException.class, () -> queuePair.postSend(SendRequest.allocate(0)));
            assertThrows(IllegalStateException.class,
                () -> queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR)));

            batch.abort();
            queuePair.close();
            assertFalse(queuePair.isOpen());
            assertThrows(IllegalStateException.class, queuePair::start);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsOrdinaryRequestsToo(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            pair.right.post(ReceiveRequest.allocate(0));
            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).workRequestId(9).send()));
            assertEquals(9, pair.left.completions.workRequestId(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void namesDeviceAndVerbOfAnOperationItWasCreatedWithout(final DevicePair devices) {
        try (ConnectedPair pair =
                 new ConnectedPair(devices, extended(1, SendOperation.WRITE), new ConnectedPair.Setup())) {
            final SendBatch batch = batch(pair);

            final UnsupportedVerbException missing = assertThrows(UnsupportedVerbException.class, batch::send);

            assertEquals("ibv_wr_send", missing.verb());
            assertEquals(devices.left().name(), missing.deviceName());
            batch.abort();
            assertThrows(IllegalArgumentException.class, () -> pair.left.domain.createExtendedQueuePair(
                QueuePairConfiguration.reliableConnection(pair.left.queue)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void startsNoBatchBeforeItIsReadyToSend(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            left(pair).modify(new QueuePairAttributes().state(QueuePairState.RESET));

            final VerbsException refused = assertThrows(VerbsException.class, () -> left(pair).start());

            assertEquals("ibv_wr_start", refused.verb());
            assertTrue(refused.getMessage().contains("RESET"), refused.getMessage());
        }
    }
}
