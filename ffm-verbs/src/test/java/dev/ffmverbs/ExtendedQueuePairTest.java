// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what requests do that are built by calls and posted in batches. */
class ExtendedQueuePairTest extends BatchTestBase {

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
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aMessageInvalidatesTheWindowThatItNames(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices,
            extended(1, SendOperation.SEND_WITH_INVALIDATE, SendOperation.WRITE), new ConnectedPair.Setup())) {
            final MemoryRegion source = TestMemory.region(pair.left, 100, SEED);
            final MemoryRegion message = TestMemory.zeros(pair.right, 100, Access.LOCAL_WRITE);
            final MemoryRegion region =
                TestMemory.zeros(pair.right, 100, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
            final MemoryWindow window = pair.right.opens(
                Unsupported.orSkip(() -> pair.right.domain.allocateMemoryWindow(MemoryWindowType.TYPE_2)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(
                SendRequest.allocate(0).bindMemoryWindow(window, region, 0, 100, Access.REMOTE_WRITE)));
            pair.right.postReceive(3, message, 0, 100);

            final SendBatch batch = batch(pair).signal(true);
            batch.write(region.iova(), window.rkey()).localMemory(source, 0, 100);
            batch.sendWithInvalidate(window.rkey()).localMemory(source, 0, 100);
            assertEquals(2, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            TestMemory.assertSame(source, 0, region, 0, 100);
            TestMemory.assertSame(source, 0, message, 0, 100);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, pair.left.execute(
                SendRequest.allocate(1).write(region.iova(), window.rkey()).localMemory(source, 0, 100)));
        }
    }
}
