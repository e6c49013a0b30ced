// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests all forms of SEND and RECEIVE. */
class SendReceiveTest {

    private static final long SEED = 31;
    private static final int[] LENGTHS = {1, 3, 64, 1023, 1024, 1025, 4096, 65_537};
    private static final int IMMEDIATE = 0x8123_4567;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsMessagesOfEveryLengthIntoThePostedBuffer(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            for (final int length : LENGTHS) {
                final MemoryRegion source = TestMemory.region(pair.left, length, SEED + length);
                final MemoryRegion target = TestMemory.zeros(pair.right, length + 2L, Access.LOCAL_WRITE);
                pair.right.postReceive(length, target, 1, length);

                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(
                    SendRequest.allocate(1).workRequestId(-length).send().localMemory(source, 0, length)));
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

                assertEquals(-length, pair.left.completions.workRequestId(0));
                assertEquals(WorkCompletionOpcode.SEND, pair.left.completions.opcode(0));
                assertEquals(pair.left.queuePair.number(), pair.left.completions.queuePairNumber(0));
                final WorkCompletions received = pair.right.completions;
                assertEquals(length, received.workRequestId(0));
                assertEquals(WorkCompletionOpcode.RECEIVE, received.opcode(0));
                assertEquals(length, received.byteLength(0));
                assertEquals(pair.right.queuePair.number(), received.queuePairNumber(0));
                assertFalse(received.hasImmediateData(0));
                TestMemory.assertSame(source, 0, target, 1, length);
                TestMemory.assertZero(target, 0, 1);
                TestMemory.assertZero(target, length + 1L, 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsNothingAtAll(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            pair.right.post(EmptyRequests.receive(pair.right.context.device()).workRequestId(1));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertEquals(0, pair.right.completions.byteLength(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void carriesImmediateDataAlongWithASend(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 2000, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 2000, Access.LOCAL_WRITE);
            pair.right.postReceive(5, target, 0, 2000);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(
                SendRequest.allocate(1).sendWithImmediate(IMMEDIATE).localMemory(source, 0, 2000)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertTrue(pair.right.completions.hasImmediateData(0));
            assertEquals(IMMEDIATE, pair.right.completions.immediateData(0));
            assertEquals(WorkCompletionOpcode.RECEIVE, pair.right.completions.opcode(0));
            TestMemory.assertSame(source, 0, target, 0, 2000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesAndCompletesAReceiveWithImmediateData(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 5000, SEED);
            final MemoryRegion target =
                TestMemory.zeros(pair.right, 5000, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            pair.right.post(EmptyRequests.receive(pair.right.context.device()).workRequestId(9));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .writeWithImmediate(target.iova(), target.rkey(), IMMEDIATE).localMemory(source, 0, 5000)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertEquals(WorkCompletionOpcode.RDMA_WRITE, pair.left.completions.opcode(0));
            final WorkCompletions received = pair.right.completions;
            assertEquals(9, received.workRequestId(0));
            assertEquals(WorkCompletionOpcode.RECEIVE_RDMA_WITH_IMMEDIATE, received.opcode(0));
            assertTrue(received.hasImmediateData(0));
            assertEquals(IMMEDIATE, received.immediateData(0));
            assertEquals(5000, received.byteLength(0));
            TestMemory.assertSame(source, 0, target, 0, 5000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void gathersFromAndScattersToSeveralBuffers(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 4096, SEED);
            final MemoryRegion other = TestMemory.region(pair.left, 4096, SEED + 1);
            final MemoryRegion target = TestMemory.zeros(pair.right, 8192, Access.LOCAL_WRITE);
            pair.right.post(ReceiveRequest.allocate(4).localMemory(target, 4000, 100)
                .addLocalMemory(target, 0, 1).addLocalMemory(target, 1000, 1500).addLocalMemory(target, 6000, 2000));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(3).send()
                .localMemory(source, 7, 50).addLocalMemory(other, 100, 1051).addLocalMemory(source, 2000, 900)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertEquals(50 + 1051 + 900, pair.right.completions.byteLength(0));
            TestMemory.assertSame(source, 7, target, 4000, 50);
            TestMemory.assertSame(other, 100, target, 4050, 50);
            TestMemory.assertSame(other, 150, target, 0, 1);
            TestMemory.assertSame(other, 151, target, 1000, 1000);
            TestMemory.assertSame(source, 2000, target, 2000, 500);
            TestMemory.assertSame(source, 2500, target, 6000, 400);
            TestMemory.assertZero(target, 1, 999);
            TestMemory.assertZero(target, 6400, 8192 - 6400);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsInlineDataThatChangesRightAfterPosting(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices); Arena arena = Arena.ofConfined()) {
            final int length = Math.min(64, pair.left.queuePair.configuration().inlineBytes());
            final MemorySegment data = arena.allocate(length);
            final MemoryRegion expected = TestMemory.region(pair.left, length, SEED);
            data.copyFrom(expected.segment());
            final MemoryRegion target = TestMemory.zeros(pair.right, 64, Access.LOCAL_WRITE);
            pair.right.postReceive(1, target, 0, 64);
            final SendRequest request = SendRequest.allocate(0, 64).send().inlineData(data);

            pair.left.post(request);
            data.fill((byte) 0);
            request.inlineData(data);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertEquals(length, pair.right.completions.byteLength(0));
            TestMemory.assertSame(expected, 0, target, 0, length);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void postsAChainInOneCallAndCompletesOnlyWhatIsSignaled(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 64, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 64, Access.LOCAL_WRITE);
            ReceiveRequest receives = null;
            SendRequest sends = null;
            for (int index = 7; index >= 0; index--) {
                receives = ReceiveRequest.allocate(1).workRequestId(index).localMemory(target, index * 8L, 8)
                    .next(receives);
                sends = SendRequest.allocate(1).workRequestId(index).send().localMemory(source, index * 8L, 8)
                    .signal(index == 7).next(sends);
            }

            pair.right.post(receives);
            pair.left.post(sends);

            for (int index = 0; index < 8; index++) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
                assertEquals(index, pair.right.completions.workRequestId(0));
            }
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(7, pair.left.completions.workRequestId(0));
            assertEquals(0, pair.left.queue.poll(pair.left.completions), "unsignaled sends do not complete");
            TestMemory.assertSame(source, 0, target, 0, 64);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void completesEverySendWhenTheQueuePairIsMadeSo(final DevicePair devices) {
        final ConnectedPair.Setup allSignaled = new ConnectedPair.Setup() {
            @Override
            QueuePairConfiguration configuration(final CompletionQueue queue) {
                return super.configuration(queue).withAllSignaled(true);
            }
        };
        try (ConnectedPair pair = new ConnectedPair(devices, allSignaled)) {
            pair.right.post(EmptyRequests.receive(pair.right.context.device()));

            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(0).workRequestId(3).send().signal(false)));

            assertEquals(3, pair.left.completions.workRequestId(0));
        }
    }

    /** The fenced SEND sends the data that the preceding READ fetches. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void fencesASendBehindTheReadBeforeIt(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int length = 20_000;
            final MemoryRegion remote = TestMemory.region(pair.right, length, SEED, Access.REMOTE_READ);
            final MemoryRegion local = TestMemory.zeros(pair.left, length, Access.LOCAL_WRITE);
            final MemoryRegion back = TestMemory.zeros(pair.right, length, Access.LOCAL_WRITE);
            pair.right.postReceive(1, back, 0, length);

            pair.left.post(SendRequest.allocate(1).signal(false).read(remote.iova(), remote.rkey())
                .localMemory(local, 0, length)
                .next(SendRequest.allocate(1).send().fence(true).localMemory(local, 0, length)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            TestMemory.assertSame(remote, 0, back, 0, length);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void goesOnForManyMoreMessagesThanTheQueuesHold(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.zeros(pair.left, 8);
            final MemoryRegion target = TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE);
            final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(target, 0, 8);
            final SendRequest send = SendRequest.allocate(1).send().localMemory(source, 0, 8);
            for (long message = 1; message <= 300; message++) {
                source.segment().set(ValueLayout.JAVA_LONG, 0, message);
                pair.right.post(receive.workRequestId(message));

                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(send.workRequestId(message)));
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

                assertEquals(message, pair.left.completions.workRequestId(0));
                assertEquals(message, pair.right.completions.workRequestId(0));
                assertEquals(message, target.segment().get(ValueLayout.JAVA_LONG, 0));
            }
        }
    }
}
