// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests keys for parts of a region that requests grant and revoke. */
class MemoryWindowTest {

    private static final long SEED = 43;
    private static final int REGION_BYTES = 4096;
    private static final int OFFSET = 1000;
    private static final int LENGTH = 500;

    private static MemoryRegion bindable(final ConnectedPair pair) {
        return TestMemory.zeros(pair.right, REGION_BYTES, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
    }

    private static MemoryWindow window(final ConnectedPair pair, final MemoryWindowType type) {
        return pair.right.opens(Unsupported.orSkip(() -> pair.right.domain.allocateMemoryWindow(type)));
    }

    private static WorkCompletionStatus write(
        final ConnectedPair pair, final MemoryRegion source, final long remoteAddress, final int rkey,
        final int length) {
        return pair.left.execute(
            SendRequest.allocate(1).write(remoteAddress, rkey).localMemory(source, 0, length));
    }

    private static void bindType1(final ConnectedPair pair, final MemoryWindow window, final MemoryRegion region) {
        Unsupported.orSkip(() -> assertTrue(pair.right.queuePair.bindMemoryWindow(
            window, 55, region, OFFSET, LENGTH, Access.REMOTE_WRITE)));
        assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
        assertEquals(55, pair.right.completions.workRequestId(0));
        assertEquals(WorkCompletionOpcode.BIND_MEMORY_WINDOW, pair.right.completions.opcode(0));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void givesThePeerThePartItIsBoundToUnderItsNewKey(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            final int unbound = window.rkey();
            bindType1(pair, window, region);
            assertNotEquals(unbound, window.rkey());

            assertEquals(WorkCompletionStatus.SUCCESS,
                write(pair, source, region.iova() + OFFSET, window.rkey(), LENGTH));
            TestMemory.assertSame(source, 0, region, OFFSET, LENGTH);
            TestMemory.assertZero(region, 0, OFFSET);
            TestMemory.assertZero(region, OFFSET + LENGTH, REGION_BYTES - OFFSET - LENGTH);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                write(pair, source, region.iova() + OFFSET, unbound, LENGTH));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void givesNothingBeyondThePartItIsBoundTo(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onRxe(pair.right.domain.device(),
                "compares addresses with the bounds of the region, not of the window (rxe_resp.c, check_rkey)");
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH + 1L, SEED);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);
            final long start = region.iova() + OFFSET;

            for (final long[] beyond : new long[][] {{start - 1, 1}, {start, LENGTH + 1}, {start + LENGTH, 1}}) {
                assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                    write(pair, source, beyond[0], window.rkey(), (int) beyond[1]));
                pair.reconnect();
            }
            TestMemory.assertZero(region, 0, REGION_BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void grantsNoRightItWasNotBoundWith(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);

            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, pair.left.execute(SendRequest.allocate(1)
                .read(region.iova() + OFFSET, window.rkey()).localMemory(local, 0, LENGTH)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void givesNothingAnyMoreAfterItIsClosed(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);
            final int rkey = window.rkey();

            window.close();

            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                write(pair, source, region.iova() + OFFSET, rkey, LENGTH));
            TestMemory.assertZero(region, 0, REGION_BYTES);
            assertThrows(IllegalStateException.class, () -> pair.right.queuePair.bindMemoryWindow(
                window, 1, region, 0, 1, Access.REMOTE_WRITE));
        }
    }

    private static MemoryWindow boundType2(final ConnectedPair pair, final MemoryRegion region) {
        final MemoryWindow window = window(pair, MemoryWindowType.TYPE_2);
        final int unbound = window.rkey();
        assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(SendRequest.allocate(0).workRequestId(56)
            .bindMemoryWindow(window, region, OFFSET, LENGTH, Access.REMOTE_WRITE, Access.REMOTE_READ)));
        assertEquals(56, pair.right.completions.workRequestId(0));
        assertEquals(WorkCompletionOpcode.BIND_MEMORY_WINDOW, pair.right.completions.opcode(0));
        assertNotEquals(unbound, window.rkey());
        return window;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void isInvalidatedByTheMessageThatNamesIt(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = boundType2(pair, region);
            assertEquals(WorkCompletionStatus.SUCCESS,
                write(pair, source, region.iova() + OFFSET, window.rkey(), LENGTH));
            TestMemory.assertSame(source, 0, region, OFFSET, LENGTH);
            final MemoryRegion message = TestMemory.zeros(pair.right, 100, Access.LOCAL_WRITE);

            sendWithInvalidate(pair, source, message, window.rkey());

            TestMemory.assertSame(source, 0, message, 0, 100);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                write(pair, source, region.iova() + OFFSET, window.rkey(), LENGTH));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsTheQueuePairThatBoundItFromBeingClosed(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryWindow window = boundType2(pair, bindable(pair));
            final QueuePair queuePair = pair.right.queuePair;

            final IllegalStateException refused = assertThrows(IllegalStateException.class, queuePair::close);

            assertTrue(refused.getMessage().contains(window.toString()), refused.getMessage());
            window.close();
            queuePair.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isOpenOnlyThroughTheQueuePairThatBoundIt(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = boundType2(pair, region);
            final QueuePair sender = pair.left.opens(pair.left.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(pair.left.queue)));
            final QueuePair receiver = pair.right.opens(pair.right.domain.createQueuePair(
                QueuePairConfiguration.reliableConnection(pair.right.queue)));
            pair.left.connect(sender, pair.right, receiver);
            pair.right.connect(receiver, pair.left, sender);

            assertEquals(1, sender.postSend(SendRequest.allocate(1).write(region.iova() + OFFSET, window.rkey())
                .localMemory(source, 0, LENGTH)));
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, pair.left.awaitCompletion());

            TestMemory.assertZero(region, 0, REGION_BYTES);
            assertEquals(WorkCompletionStatus.SUCCESS,
                write(pair, source, region.iova() + OFFSET, window.rkey(), LENGTH));
        }
    }

    /** The right to let peers write is not the right to use the memory in requests of this side. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isNoKeyForLocalMemory(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryWindow window = boundType2(pair, region);
            final MemoryRegion target =
                TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            final WorkCompletionStatus status = pair.right.execute(SendRequest.allocate(1)
                .write(target.iova(), target.rkey()).localAddress(region.iova() + OFFSET, 8, window.rkey()));

            assertTrue(LocalErrorTest.ofNotSent(devices.right()).contains(status), status.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isNotBoundTwice(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryWindow window = boundType2(pair, region);

            assertEquals(ofRefusedBind(devices), pair.right.execute(SendRequest.allocate(0)
                .bindMemoryWindow(window, region, 0, LENGTH, Access.REMOTE_WRITE)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isBoundAgainWithoutBeingInvalidatedIfItIsOfType1(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);
            final int former = window.rkey();

            Unsupported.orSkip(() -> assertTrue(pair.right.queuePair.bindMemoryWindow(
                window, 57, region, 0, 100, Access.REMOTE_WRITE)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());

            assertEquals(WorkCompletionStatus.SUCCESS, write(pair, source, region.iova(), window.rkey(), 100));
            TestMemory.assertSame(source, 0, region, 0, 100);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                write(pair, source, region.iova() + OFFSET, former, 8));
        }
    }

    private static void sendWithInvalidate(
        final ConnectedPair pair, final MemoryRegion source, final MemoryRegion message, final int rkey) {
        pair.right.postReceive(3, message, 0, 100);
        assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(
            SendRequest.allocate(1).sendWithInvalidate(rkey).localMemory(source, 0, 100)));
        assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void tellsWhichKeyAMessageInvalidated(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onRxe(pair.right.domain.device(),
                "flags such completions as the kernel does, 1 << 2, which is another flag for its users (rxe_resp.c)");
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = boundType2(pair, region);
            final MemoryRegion message = TestMemory.zeros(pair.right, 100, Access.LOCAL_WRITE);

            sendWithInvalidate(pair, source, message, window.rkey());

            assertTrue(pair.right.completions.hasInvalidatedRkey(0));
            assertEquals(window.rkey(), pair.right.completions.invalidatedRkey(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isInvalidatedLocallyAndBoundAgainUnderAnotherKey(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = boundType2(pair, region);
            final int former = window.rkey();

            assertEquals(WorkCompletionStatus.SUCCESS,
                pair.right.execute(SendRequest.allocate(0).localInvalidate(former)));
            assertEquals(WorkCompletionOpcode.LOCAL_INVALIDATE, pair.right.completions.opcode(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(SendRequest.allocate(0)
                .bindMemoryWindow(window, region, 0, LENGTH, Access.REMOTE_WRITE)));

            assertNotEquals(former, window.rkey());
            assertEquals(WorkCompletionStatus.SUCCESS, write(pair, source, region.iova(), window.rkey(), LENGTH));
            TestMemory.assertSame(source, 0, region, 0, LENGTH);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                write(pair, source, region.iova(), former, LENGTH));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatCannotBeBound(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryWindow type1 = window(pair, MemoryWindowType.TYPE_1);
            final MemoryWindow type2 = window(pair, MemoryWindowType.TYPE_2);
            final SendRequest request = SendRequest.allocate(0);
            final QueuePair queuePair = pair.right.queuePair;

            assertThrows(IllegalArgumentException.class, () -> request.bindMemoryWindow(type1, region, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> queuePair.bindMemoryWindow(type2, 0, region, 0, 1));
            assertThrows(IndexOutOfBoundsException.class,
                () -> request.bindMemoryWindow(type2, region, 1, REGION_BYTES));
            assertThrows(IndexOutOfBoundsException.class,
                () -> queuePair.bindMemoryWindow(type1, 0, region, -1, 1));
            try (ProtectionDomain other = pair.right.context.allocateProtectionDomain();
                 MemoryRegion foreign = other.allocate(8, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
                 MemoryWindow foreignWindow = other.allocateMemoryWindow(MemoryWindowType.TYPE_2)) {
                assertThrows(IllegalArgumentException.class,
                    () -> request.bindMemoryWindow(type2, foreign, 0, 1));
                final SendRequest misplaced = SendRequest.allocate(0)
                    .bindMemoryWindow(foreignWindow, foreign, 0, 1, Access.REMOTE_READ);
                assertThrows(IllegalArgumentException.class, () -> queuePair.postSend(misplaced));
            }
            final SendRequest stale = SendRequest.allocate(0)
                .bindMemoryWindow(type2, region, 0, 1, Access.REMOTE_READ);
            type2.close();
            assertThrows(IllegalStateException.class, () -> queuePair.postSend(stale));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void completesWithAnErrorWhenTheRegionAllowsNoWindows(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = TestMemory.zeros(pair.right, REGION_BYTES, Access.LOCAL_WRITE);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_2);

            assertEquals(ofRefusedBind(devices), pair.right.execute(SendRequest.allocate(0)
                .bindMemoryWindow(window, region, 0, 8, Access.REMOTE_WRITE)));
        }
    }

    private static WorkCompletionStatus ofRefusedBind(final DevicePair devices) {
        return Unsupported.isNewRxe(devices.right()) ? WorkCompletionStatus.WORK_REQUEST_FLUSHED
            : WorkCompletionStatus.MEMORY_WINDOW_BIND_ERROR;
    }

    /** Closing the region first would leave the window with memory that no longer exists. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsItsRegionFromBeingDeregistered(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);

            final VerbsException refused = assertThrows(VerbsException.class, region::close);

            assertEquals("ibv_dereg_mr", refused.verb());
            assertTrue(region.isOpen());
            window.close();
            region.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isUnboundByABindOfNoBytesIfItIsOfType1(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = bindable(pair);
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryWindow window = window(pair, MemoryWindowType.TYPE_1);
            bindType1(pair, window, region);
            final int bound = window.rkey();

            assertTrue(pair.right.queuePair.bindMemoryWindow(window, 56, region, OFFSET, 0, Access.REMOTE_WRITE));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(56, pair.right.completions.workRequestId(0));

            for (final int key : new int[] {bound, window.rkey()}) {
                assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR,
                    write(pair, source, region.iova() + OFFSET, key, LENGTH));
                pair.reconnect();
            }
            TestMemory.assertZero(region, 0, REGION_BYTES);
        }
    }
}
