// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.AllocatedBytes;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory of a peer as a value: its bytes, its bounds, and the requests that name it. */
class RemoteMemoryTest {

    private static final RemoteMemory MEMORY = new RemoteMemory(0x1122_3344_5566_7788L, 0xAABB_CCDD, 4096);

    @Test
    void itsBytesAreTheSameOnEveryMachine() {
        final byte[] bytes = MEMORY.toBytes();
        assertEquals("4d454d01aabbccdd11223344556677880000000000001000", HexFormat.of().formatHex(bytes));
        assertEquals(RemoteMemory.BYTES, bytes.length);
        assertEquals(MEMORY, RemoteMemory.ofBytes(bytes));
    }

    @Test
    void isReadFromTheBeginningOfPaddedData() {
        assertEquals(MEMORY, RemoteMemory.ofPrefix(Arrays.copyOf(MEMORY.toBytes(), 196)));
    }

    @Test
    void refusesBytesThatAreNone() {
        final byte[] bytes = MEMORY.toBytes();
        assertEquals("remote memory is described by 24 bytes, and these are 25",
            assertThrows(IllegalArgumentException.class, () -> RemoteMemory.ofBytes(Arrays.copyOf(bytes, 25)))
                .getMessage());
        assertEquals("remote memory is described by 24 bytes, and there are only 23",
            assertThrows(IllegalArgumentException.class, () -> RemoteMemory.ofPrefix(Arrays.copyOf(bytes, 23)))
                .getMessage());
        bytes[3] = 2;
        assertEquals("the description of remote memory begins with 0x4d454d01, and these bytes with 0x4d454d02",
            assertThrows(IllegalArgumentException.class, () -> RemoteMemory.ofBytes(bytes)).getMessage());
        final byte[] negative = MEMORY.toBytes();
        negative[16] = -1;
        assertThrows(IllegalArgumentException.class, () -> RemoteMemory.ofBytes(negative));
        assertThrows(IllegalArgumentException.class, () -> new RemoteMemory(0, 0, -1));
    }

    @Test
    void aPartLiesWithinTheMemory() {
        final RemoteMemory part = MEMORY.slice(4000, 96);
        assertEquals(new RemoteMemory(MEMORY.address() + 4000, MEMORY.rkey(), 96), part);
        assertEquals(MEMORY.address() + 4095, part.address(95, 1));
        assertEquals(part.address() + 96, part.address(96, 0));
        assertEquals("offset 90 and length 7 are not within the peer's 96 bytes",
            assertThrows(IndexOutOfBoundsException.class, () -> part.slice(90, 7)).getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> part.address(-1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.address(1, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.address(Long.MAX_VALUE, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.address(1, Long.MAX_VALUE));
    }

    @Test
    void aRequestIsTheSameWhetherItNamesAddressAndKeyOrTheMemory() {
        final RemoteMemory memory = new RemoteMemory(0x1000, 0x22, 64);
        assertEquals(SendRequest.allocate(0).read(0x1008, 0x22).toString(),
            SendRequest.allocate(0).read(memory, 8, 56).toString());
        assertEquals(SendRequest.allocate(0).write(0x1008, 0x22).toString(),
            SendRequest.allocate(0).write(memory, 8, 56).toString());
        assertEquals(SendRequest.allocate(0).writeWithImmediate(0x1008, 0x22, 5).toString(),
            SendRequest.allocate(0).writeWithImmediate(memory, 8, 56, 5).toString());
        assertEquals(SendRequest.allocate(0).fetchAndAdd(0x1038, 0x22, 5).toString(),
            SendRequest.allocate(0).fetchAndAdd(memory, 56, 5).toString());
        assertEquals(SendRequest.allocate(0).compareAndSwap(0x1038, 0x22, 5, 6).toString(),
            SendRequest.allocate(0).compareAndSwap(memory, 56, 5, 6).toString());
    }

    @Test
    void aRequestForMoreThanTheMemoryIsRefusedAndUnchanged() {
        final RemoteMemory memory = new RemoteMemory(0x1000, 0x22, 64);
        final SendRequest request = SendRequest.allocate(0).write(memory, 0, 64);
        final String before = request.toString();
        assertThrows(IndexOutOfBoundsException.class, () -> request.read(memory, 8, 57));
        assertThrows(IndexOutOfBoundsException.class, () -> request.write(memory, 65, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> request.writeWithImmediate(memory, -1, 1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> request.fetchAndAdd(memory, 57, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> request.compareAndSwap(memory, 57, 1, 2));
        assertEquals(before, request.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void isReadAndWrittenThroughWhatThePeerWasTold(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 64, 7);
            final MemoryRegion result = TestMemory.zeros(pair.left, 64, Access.LOCAL_WRITE);
            final MemoryRegion target = TestMemory.zeros(pair.right, 256,
                Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
            final RemoteMemory told = RemoteMemory.ofBytes(target.remoteMemory().toBytes()).slice(128, 64);

            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(1).write(told, 0, 64).localMemory(source, 0, 64)));
            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.left.execute(SendRequest.allocate(1).read(told, 16, 48).localMemory(result, 16, 48)));

            TestMemory.assertSame(source, 0, target, 128, 64);
            TestMemory.assertSame(source, 16, result, 16, 48);
            TestMemory.assertZero(target, 0, 128);
            TestMemory.assertZero(target, 192, 64);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aBatchNamesItAsWell(final DevicePair devices) {
        devices.requireOtherThanIwarp("has no ibv_wr_* and no atomics");
        final ConnectedPair.Setup extended = new ConnectedPair.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(configuration(side.queue)
                    .withScatterGatherElements(1, 1), SendOperation.WRITE, SendOperation.FETCH_AND_ADD));
            }
        };
        try (ConnectedPair pair = new ConnectedPair(devices, extended, new ConnectedPair.Setup())) {
            final MemoryRegion local = TestMemory.zeros(pair.left, 16, Access.LOCAL_WRITE);
            final MemoryRegion target = TestMemory.zeros(pair.right, 64,
                Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
            local.segment().set(ValueLayout.JAVA_LONG, 0, 40);

            final SendBatch batch = ((ExtendedQueuePair) pair.left.queuePair).start();
            batch.write(target.remoteMemory(), 56, 8).localMemory(local, 0, 8);
            batch.signal(true).fetchAndAdd(target.remoteMemory(), 56, 2).localMemory(local, 8, 8);
            assertThrows(IndexOutOfBoundsException.class, () -> batch.write(target.remoteMemory(), 57, 8));
            assertEquals(2, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(40, local.segment().get(ValueLayout.JAVA_LONG, 8));
            assertEquals(42, target.segment().get(ValueLayout.JAVA_LONG, 56));
        }
    }

    @Test
    void aRequestThatNamesItAllocatesNothing() {
        final AllocatedBytes allocated = AllocatedBytes.counter().orElseThrow();
        final SendRequest request = SendRequest.allocate(0);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            final long before = allocated.count();
            for (int call = 0; call < 1000; call++) {
                request.read(MEMORY, call, 8).write(MEMORY, call, 8).fetchAndAdd(MEMORY, call, 1);
            }
            least = Math.min(least, allocated.count() - before);
        }
        assertTrue(least < 1000, least + " bytes for 3000 requests");
    }
}
