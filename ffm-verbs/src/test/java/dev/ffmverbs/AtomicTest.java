// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests atomic operations on eight bytes of the peer. */
class AtomicTest {

    private static final long FORMER = 0x1122_3344_5566_7788L;
    private static final long NUMBER = 0x0102_0304_0506_0708L;

    private static MemoryRegion remote(final ConnectedPair pair) {
        final MemoryRegion region = TestMemory.zeros(pair.right, 64, Access.LOCAL_WRITE, Access.REMOTE_ATOMIC);
        region.segment().set(ValueLayout.JAVA_LONG, 8, FORMER);
        return region;
    }

    private static long at(final MemoryRegion region, final long offset) {
        return region.segment().get(ValueLayout.JAVA_LONG, offset);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void fetchesAndAdds(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, 24, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .fetchAndAdd(remote.iova() + 8, remote.rkey(), NUMBER).localMemory(local, 8, 8)));

            assertEquals(WorkCompletionOpcode.FETCH_AND_ADD, pair.left.completions.opcode(0));
            assertEquals(FORMER, at(local, 8));
            assertEquals(FORMER + NUMBER, at(remote, 8));
            TestMemory.assertZero(local, 0, 8);
            TestMemory.assertZero(local, 16, 8);
            TestMemory.assertZero(remote, 0, 8);
            TestMemory.assertZero(remote, 16, 48);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void wrapsAroundWhenTheSumOverflows(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            remote.segment().set(ValueLayout.JAVA_LONG, 8, -1L);
            final MemoryRegion local = TestMemory.zeros(pair.left, 8, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .fetchAndAdd(remote.iova() + 8, remote.rkey(), 3).localMemory(local, 0, 8)));

            assertEquals(-1, at(local, 0));
            assertEquals(2, at(remote, 8));
            TestMemory.assertZero(remote, 16, 48);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void swapsWhenItFindsTheExpectedValue(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, 8, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .compareAndSwap(remote.iova() + 8, remote.rkey(), FORMER, NUMBER).localMemory(local, 0, 8)));

            assertEquals(WorkCompletionOpcode.COMPARE_AND_SWAP, pair.left.completions.opcode(0));
            assertEquals(FORMER, at(local, 0));
            assertEquals(NUMBER, at(remote, 8));
            TestMemory.assertZero(remote, 0, 8);
            TestMemory.assertZero(remote, 16, 48);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void leavesTheValueWhenItIsNotTheExpectedOne(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, 8, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .compareAndSwap(remote.iova() + 8, remote.rkey(), FORMER + 1, NUMBER).localMemory(local, 0, 8)));

            assertEquals(FORMER, at(local, 0));
            assertEquals(FORMER, at(remote, 8));
        }
    }

    /** Both ends add to one word at once. Every previous value is seen once, and no update is lost. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void losesNoAdditionOfTwoQueuePairs(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int rounds = 100;
            final MemoryRegion rightWord =
                TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_ATOMIC);
            final MemoryRegion leftView = pair.left.opens(pair.left.domain.register(
                rightWord.segment(), Access.LOCAL_WRITE, Access.REMOTE_ATOMIC));
            final MemoryRegion leftResult = TestMemory.zeros(pair.left, 8, Access.LOCAL_WRITE);
            final MemoryRegion rightResult = TestMemory.zeros(pair.right, 8, Access.LOCAL_WRITE);
            final SendRequest fromLeft = SendRequest.allocate(1)
                .fetchAndAdd(rightWord.iova(), rightWord.rkey(), 1).localMemory(leftResult, 0, 8);
            final SendRequest fromRight = SendRequest.allocate(1)
                .fetchAndAdd(leftView.iova(), leftView.rkey(), 1).localMemory(rightResult, 0, 8);
            final boolean[] seen = new boolean[2 * rounds];

            for (int round = 0; round < rounds; round++) {
                pair.left.post(fromLeft);
                pair.right.post(fromRight);
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
                assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
                seen[(int) at(leftResult, 0)] = true;
                seen[(int) at(rightResult, 0)] = true;
            }

            assertEquals(2 * rounds, at(rightWord, 0));
            for (int value = 0; value < seen.length; value++) {
                assertEquals(true, seen[value], "former value " + value);
            }
        }
    }
}
