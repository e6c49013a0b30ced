// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests requests that are built by calls and posted in batches. */
class ExtendedQueuePairTest {

    private static final long SEED = 53;
    private static final int SEND_REQUESTS = 16;
    private static final SendOperation[] TRANSFERS = {
        SendOperation.WRITE, SendOperation.WRITE_WITH_IMMEDIATE, SendOperation.SEND, SendOperation.SEND_WITH_IMMEDIATE,
        SendOperation.READ, SendOperation.COMPARE_AND_SWAP, SendOperation.FETCH_AND_ADD
    };

    private static ConnectedPair.Setup extended(final int elements, final SendOperation... operations) {
        return new ConnectedPair.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(configuration(side.queue)
                    .withSendRequests(SEND_REQUESTS).withScatterGatherElements(elements, 1), operations));
            }
        };
    }

    private static ConnectedPair pair(final DevicePair devices) {
        return new ConnectedPair(devices, extended(1, TRANSFERS), new ConnectedPair.Setup());
    }

    private static ExtendedQueuePair left(final ConnectedPair pair) {
        return (ExtendedQueuePair) pair.left.queuePair;
    }

    private static SendBatch batch(final ConnectedPair pair) {
        return left(pair).start();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesReadsAndSendsInOneBatch(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 2000, SEED);
            final MemoryRegion result = TestMemory.zeros(pair.left, 2000, Access.LOCAL_WRITE);
            final MemoryRegion target = TestMemory.zeros(pair.right, 2000,
                Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_READ);
            final MemoryRegion message = TestMemory.zeros(pair.right, 2000, Access.LOCAL_WRITE);
            pair.right.postReceive(1, message, 0, 2000);
            pair.right.postReceive(2, message, 1000, 1000);

            final SendBatch batch = left(pair).start();
            batch.workRequestId(1).write(target.iova(), target.rkey()).localMemory(source, 0, 2000);
            batch.workRequestId(2).signal(true).fence(true).read(target.iova() + 100, target.rkey())
                .localMemory(result, 100, 1500);
            batch.workRequestId(3).fence(false).signal(false).send().localMemory(source, 0, 1000);
            batch.workRequestId(4).signal(true).solicit(true).sendWithImmediate(-5).localMemory(source, 1000, 900);
            assertEquals(4, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(2, pair.left.completions.workRequestId(0));
            assertEquals(WorkCompletionOpcode.RDMA_READ, pair.left.completions.opcode(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(4, pair.left.completions.workRequestId(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(1000, pair.right.completions.byteLength(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(-5, pair.right.completions.immediateData(0));
            assertEquals(900, pair.right.completions.byteLength(0));
            TestMemory.assertSame(source, 0, target, 0, 2000);
            TestMemory.assertSame(source, 100, result, 100, 1500);
            TestMemory.assertSame(source, 0, message, 0, 1900);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesWithImmediateDataAndSendsNothing(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 100, SEED);
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 100, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            pair.right.post(ReceiveRequest.allocate(0));
            pair.right.post(ReceiveRequest.allocate(0));

            final SendBatch batch = left(pair).start().signal(true);
            batch.writeWithImmediate(target.iova(), target.rkey(), 0x0102_0304).localMemory(source, 0, 100);
            batch.send();
            assertEquals(2, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(0x0102_0304, pair.right.completions.immediateData(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(0, pair.right.completions.byteLength(0));
            TestMemory.assertSame(source, 0, target, 0, 100);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void addsAndSwapsAtomically(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices)) {
            final MemoryRegion remote =
                TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_ATOMIC);
            final MemoryRegion local = TestMemory.zeros(pair.left, 16, Access.LOCAL_WRITE);
            remote.segment().set(ValueLayout.JAVA_LONG, 0, 1L << 40);

            final SendBatch batch = left(pair).start();
            batch.fetchAndAdd(remote.iova(), remote.rkey(), 5).localMemory(local, 0, 8);
            batch.signal(true).compareAndSwap(remote.iova(), remote.rkey(), (1L << 40) + 5, -9)
                .localMemory(local, 8, 8);
            assertEquals(2, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionOpcode.COMPARE_AND_SWAP, pair.left.completions.opcode(0));
            assertEquals(1L << 40, local.segment().get(ValueLayout.JAVA_LONG, 0));
            assertEquals((1L << 40) + 5, local.segment().get(ValueLayout.JAVA_LONG, 8));
            assertEquals(-9, remote.segment().get(ValueLayout.JAVA_LONG, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsInlineDataThatChangesAtOnce(final DevicePair devices) {
        try (ConnectedPair pair = pair(devices); Arena arena = Arena.ofConfined()) {
            final MemoryRegion expected = TestMemory.region(pair.left, 32, SEED);
            final MemorySegment data = arena.allocate(32).copyFrom(expected.segment());
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 32, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            final SendBatch batch = left(pair).start().signal(true);
            batch.write(target.iova(), target.rkey()).inlineData(data);
            data.fill((byte) 0);
            assertEquals(1, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            TestMemory.assertSame(expected, 0, target, 0, 32);
            batch(pair).send();
            assertThrows(IndexOutOfBoundsException.class, () -> batch.inlineData(
                arena.allocate(left(pair).configuration().inlineBytes() + 1L)));
            batch.abort();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void gathersFromSeveralBuffersOfDifferentLengths(final DevicePair devices) {
        try (ConnectedPair pair =
                 new ConnectedPair(devices, extended(3, SendOperation.WRITE), new ConnectedPair.Setup())) {
            final MemoryRegion source = TestMemory.region(pair.left, 1000, SEED);
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 1000, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            final SendBatch batch = batch(pair).signal(true);
            batch.write(target.iova(), target.rkey())
                .localMemory(source, 0, 10).addLocalMemory(source, 10, 700).addLocalMemory(source, 710, 90);
            assertEquals(1, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            TestMemory.assertSame(source, 0, target, 0, 800);
            TestMemory.assertZero(target, 800, 200);
            batch(pair).write(target.iova(), target.rkey());
            for (int element = 0; element < left(pair).configuration().sendScatterGatherElements(); element++) {
                batch.addLocalMemory(source, element, 1);
            }
            assertThrows(IllegalArgumentException.class, () -> batch.addLocalMemory(source, 0, 1));
            batch.abort();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void bindsAndInvalidatesWindows(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices,
            extended(1, SendOperation.BIND_MEMORY_WINDOW, SendOperation.LOCAL_INVALIDATE),
            new ConnectedPair.Setup())) {
            final MemoryRegion region =
                TestMemory.zeros(pair.left, 100, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
            final MemoryWindow window = pair.left.opens(
                Unsupported.orSkip(() -> pair.left.domain.allocateMemoryWindow(MemoryWindowType.TYPE_2)));
            final int unbound = window.rkey();
            final MemoryRegion source = TestMemory.region(pair.right, 50, SEED);

            final SendBatch batch = batch(pair).signal(true);
            batch.bindMemoryWindow(window, region, 20, 50, Access.REMOTE_WRITE);
            assertEquals(unbound, window.rkey(), "nothing is posted yet");
            assertEquals(1, batch.complete());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertNotEquals(unbound, window.rkey());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(SendRequest.allocate(1)
                .write(region.iova() + 20, window.rkey()).localMemory(source, 0, 50)));
            TestMemory.assertSame(source, 0, region, 20, 50);
            batch(pair).signal(true).localInvalidate(window.rkey());
            assertEquals(1, batch.complete());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, pair.right.execute(SendRequest.allocate(1)
                .write(region.iova() + 20, window.rkey()).localMemory(source, 0, 50)));
        }
    }

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
