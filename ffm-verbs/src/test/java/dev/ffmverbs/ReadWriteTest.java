// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadWriteTest {

    private static final long SEED = 20260101;
    private static final int[] LENGTHS = {1, 3, 4, 64, 1023, 1024, 1025, 4096, 65_536, (1 << 20) + 1};

    private static void fillRandomly(final MemorySegment memory, final long seed) {
        final byte[] bytes = new byte[(int) memory.byteSize()];
        new Random(seed).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void readsThePeersBytesOfEveryLength(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            for (final int length : LENGTHS) {
                try (MemoryRegion local = pair.left.domain.allocate(length, Access.LOCAL_WRITE);
                     MemoryRegion remote = pair.right.domain.allocate(length, Access.REMOTE_READ)) {
                    fillRandomly(remote.segment(), SEED + length);
                    final SendRequest read = SendRequest.allocate(1).workRequestId(length)
                        .read(remote.iova(), remote.rkey()).localMemory(local, 0, length);

                    assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(read));

                    assertEquals(length, pair.left.completions.workRequestId(0));
                    assertEquals(WorkCompletionOpcode.RDMA_READ, pair.left.completions.opcode(0));
                    assertEquals(-1, local.segment().mismatch(remote.segment()), "length " + length);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesThePeersBytesOfEveryLength(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            for (final int length : LENGTHS) {
                try (MemoryRegion local = pair.left.domain.allocate(length, Access.LOCAL_WRITE);
                     MemoryRegion remote =
                         pair.right.domain.allocate(length + 2L, Access.LOCAL_WRITE, Access.REMOTE_WRITE)) {
                    fillRandomly(local.segment(), SEED + length);
                    final SendRequest write = SendRequest.allocate(1).workRequestId(length)
                        .write(remote.iova() + 1, remote.rkey()).localMemory(local, 0, length);

                    assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(write));

                    assertEquals(-1, local.segment().mismatch(remote.segment().asSlice(1, length)));
                    assertEquals(0, remote.segment().get(ValueLayout.JAVA_BYTE, 0), "byte before the target");
                    assertEquals(0, remote.segment().get(ValueLayout.JAVA_BYTE, length + 1L), "byte behind it");
                }
            }
        }
    }
}
