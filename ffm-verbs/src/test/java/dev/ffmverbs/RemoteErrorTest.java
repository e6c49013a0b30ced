// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static dev.ffmverbs.WorkCompletionStatus.LOCAL_LENGTH_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED;
import static dev.ffmverbs.WorkCompletionStatus.REMOTE_ACCESS_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.REMOTE_INVALID_REQUEST;
import static dev.ffmverbs.WorkCompletionStatus.REMOTE_OPERATION_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.RETRY_EXCEEDED;
import static dev.ffmverbs.WorkCompletionStatus.SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests requests that the peer refuses: status, queue pair state, unchanged memory, and use after reconnection. */
class RemoteErrorTest {

    private static final long SEED = 67;
    private static final int LENGTH = 64;

    /** Two connected ends. The left end has memory and all rights to the memory of the right end. */
    private static final class Ends implements AutoCloseable {
        final ConnectedPair pair;
        final MemoryRegion local;
        final MemoryRegion remote;

        Ends(final DevicePair devices) {
            pair = new ConnectedPair(devices);
            local = TestMemory.region(pair.left, LENGTH, SEED, Access.LOCAL_WRITE);
            remote = TestMemory.zeros(pair.right, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_READ,
                Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        }

        SendRequest request() {
            return SendRequest.allocate(1).workRequestId(1).localMemory(local, 0, 8);
        }

        /** Expects a status and an end in ERROR. Then resets and reconnects both ends, and expects that they work. */
        void assertFails(final Set<WorkCompletionStatus> elsewhere, final SendRequest request) {
            final Set<WorkCompletionStatus> expected = Unsupported.ofRefused(pair.left.context.device(), elsewhere);
            final WorkCompletionStatus status = pair.left.execute(request);

            assertTrue(expected.contains(status), status + " instead of " + expected);
            assertEquals(1, pair.left.completions.workRequestId(0));
            pair.left.awaitError();
            pair.reconnect();
            assertEquals(SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .write(remote.iova() + 32, remote.rkey()).localMemory(local, 32, 32)));
            TestMemory.assertZero(remote, 0, 32);
            TestMemory.assertSame(local, 32, remote, 32, 32);
        }

        void assertFails(final WorkCompletionStatus expected, final SendRequest request) {
            assertFails(Set.of(expected), request);
        }

        @Override
        public void close() {
            pair.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aKeyThatDoesNotExist(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final long address = ends.remote.iova();
            final int wrong = ends.remote.rkey() ^ 0x5A5A_5A5A;
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(address, wrong));
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().read(address, wrong));
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(address, ends.remote.rkey() + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aKeyThatDoesNotExistForAnAtomicOperation(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final long address = ends.remote.iova();
            final int wrong = ends.remote.rkey() ^ 0x5A5A_5A5A;
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().fetchAndAdd(address, wrong, 1));
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().compareAndSwap(address, wrong, 0, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAddressOutsideOfTheRegion(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final int rkey = ends.remote.rkey();
            final long start = ends.remote.iova();
            for (final long outside : new long[] {
                start - 1, start - 8, start + LENGTH - 7, start + LENGTH, start + (1L << 32), 0}) {
                ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(outside, rkey));
                ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().read(outside, rkey));
            }
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(-4, rkey));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAddressOutsideOfTheRegionForAnAtomicOperation(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final int rkey = ends.remote.rkey();
            final long start = ends.remote.iova();
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().fetchAndAdd(start + LENGTH, rkey, 1));
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().compareAndSwap(start - 8, rkey, 0, 1));
        }
    }

    /** The range ends beyond 2^64. New rxe refuses it, too, but its queue pair does not work after a reset. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aReadBeyondTheEndOfAllAddresses(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final SendRequest request = ends.request().read(-4, ends.remote.rkey());
            if (!Unsupported.isNewRxe(devices.right())) {
                ends.assertFails(REMOTE_ACCESS_ERROR, request);
                return;
            }
            assertEquals(REMOTE_ACCESS_ERROR, ends.pair.left.execute(request));
            ends.pair.reconnect();
            assertEquals(REMOTE_ACCESS_ERROR, ends.pair.left.execute(
                ends.request().write(ends.remote.iova(), ends.remote.rkey())), "the fault of this kernel is mended");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRegionWithoutTheRightToWrites(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final MemoryRegion readable = TestMemory.zeros(ends.pair.right, 8, Access.REMOTE_READ);
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(readable.iova(), readable.rkey()));
            TestMemory.assertZero(readable, 0, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRegionWithoutTheRightToReads(final DevicePair devices) {
        devices.requireOtherThanSiw("lets peers read every region (siw_qp_tx.c, siw_qp_sq_proc_tx)");
        try (Ends ends = new Ends(devices)) {
            final MemoryRegion writable =
                TestMemory.zeros(ends.pair.right, 8, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            final MemoryRegion unchanged = TestMemory.region(ends.pair.left, LENGTH, SEED);
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().read(writable.iova(), writable.rkey()));
            TestMemory.assertSame(unchanged, 0, ends.local, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRegionWithoutTheRightToAtomicOperations(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final MemoryRegion region = TestMemory.zeros(ends.pair.right, 8,
                Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().fetchAndAdd(region.iova(), region.rkey(), 1));
            ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().compareAndSwap(region.iova(), region.rkey(), 0, 1));
            TestMemory.assertZero(region, 0, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueuePairWithoutTheRight(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final long address = ends.remote.iova();
            final int rkey = ends.remote.rkey();
            final Set<WorkCompletionStatus> refusals = Set.of(REMOTE_INVALID_REQUEST, REMOTE_ACCESS_ERROR);
            Unsupported.onSiw(devices.right(),
                "looks at the rights of regions only, not of queue pairs (siw_qp_rx.c, siw_proc_write)");
            for (final SendRequest request : new SendRequest[] {
                ends.request().read(address, rkey), ends.request().write(address, rkey),
                ends.request().fetchAndAdd(address, rkey, 1), ends.request().compareAndSwap(address, rkey, 0, 1)}) {
                ends.pair.right.queuePair.modify(new QueuePairAttributes().access());
                ends.assertFails(refusals, request);
            }
        }
    }

    /** Some drivers refuse the request when it is posted. With others, the peer refuses it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAtomicOperationOnAMisalignedAddress(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final int rkey = ends.remote.rkey();
            for (final SendRequest request : new SendRequest[] {
                ends.request().fetchAndAdd(ends.remote.iova() + 4, rkey, 1),
                ends.request().compareAndSwap(ends.remote.iova() + 1, rkey, 0, 1)}) {
                try {
                    ends.assertFails(Set.of(REMOTE_INVALID_REQUEST, REMOTE_ACCESS_ERROR), request);
                } catch (final UnsupportedVerbException withoutAtomics) {
                    throw withoutAtomics;
                } catch (final VerbsException refusedAtOnce) {
                    assertEquals(Errno.EINVAL, refusedAtOnce.errno(), refusedAtOnce.getMessage());
                    assertEquals(QueuePairState.READY_TO_SEND, ends.pair.left.queuePair.state());
                }
            }
            TestMemory.assertZero(ends.remote, 0, 32);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aRegionThatWasClosed(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final MemoryRegion gone = ends.pair.right.domain.allocate(8, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            final SendRequest request = ends.request().write(gone.iova(), gone.rkey());
            gone.close();
            ends.assertFails(REMOTE_ACCESS_ERROR, request);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRegionOfAnotherProtectionDomain(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            try (ProtectionDomain other = ends.pair.right.context.allocateProtectionDomain();
                 MemoryRegion foreign = other.allocate(8, Access.LOCAL_WRITE, Access.REMOTE_WRITE)) {
                ends.assertFails(REMOTE_ACCESS_ERROR, ends.request().write(foreign.iova(), foreign.rkey()));
                TestMemory.assertZero(foreign, 0, 8);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aMessageLongerThanItsBuffer(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            final MemoryRegion target = TestMemory.zeros(ends.pair.right, 8, Access.LOCAL_WRITE);
            ends.pair.right.postReceive(2, target, 0, 4);

            final boolean rxe = Unsupported.isRxe(devices.right());

            final Set<WorkCompletionStatus> refused = Unsupported.ofRefused(
                devices.left(), Set.of(rxe ? REMOTE_OPERATION_ERROR : REMOTE_INVALID_REQUEST));
            final WorkCompletionStatus status = ends.pair.left.execute(ends.request().send());
            assertTrue(refused.contains(status), status + "; rxe reports it as an error on its own side");

            assertEquals(rxe ? LOCAL_QUEUE_PAIR_OPERATION_ERROR : LOCAL_LENGTH_ERROR,
                ends.pair.right.awaitCompletion());
            assertEquals(2, ends.pair.right.completions.workRequestId(0));
            ends.pair.left.awaitError();
            ends.pair.right.awaitError();
            TestMemory.assertZero(target, 4, 4);
            ends.pair.reconnect();
            ends.pair.right.postReceive(3, target, 0, 8);
            assertEquals(SUCCESS, ends.pair.left.execute(ends.request().send()));
            assertEquals(SUCCESS, ends.pair.right.awaitCompletion());
            TestMemory.assertSame(ends.local, 0, target, 0, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aReceiverThatIsNotReady(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            ends.assertFails(RECEIVER_NOT_READY_RETRY_EXCEEDED, ends.request().send());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aReceiverThatIsNotReadyForImmediateData(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            ends.assertFails(RECEIVER_NOT_READY_RETRY_EXCEEDED, ends.request().sendWithImmediate(1));
        }
    }

    /** The receive is posted while the sender still retries. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReceiverThatGetsReadyInTime(final DevicePair devices) throws InterruptedException {
        final ConnectedPair.Setup patient = new ConnectedPair.Setup() {
            @Override
            int rnrRetryCount() {
                return 7;
            }
        };
        try (ConnectedPair pair = new ConnectedPair(devices, patient)) {
            Unsupported.onIwarp(devices.right(),
                "a SEND that finds no receive ends the connection, and is not tried again (RFC 5041, 7.2)");
            final MemoryRegion source = TestMemory.region(pair.left, LENGTH, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, LENGTH, Access.LOCAL_WRITE);

            pair.left.post(SendRequest.allocate(1).send().localMemory(source, 0, LENGTH));
            Thread.sleep(20);
            pair.right.postReceive(1, target, 0, LENGTH);

            assertEquals(SUCCESS, pair.left.awaitCompletion());
            assertEquals(SUCCESS, pair.right.awaitCompletion());
            TestMemory.assertSame(source, 0, target, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aPeerThatIsGone(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            ends.pair.right.queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));

            ends.assertFails(RETRY_EXCEEDED, ends.request().write(ends.remote.iova(), ends.remote.rkey()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReceiveBufferThatIsNotRegisteredSo(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            ends.pair.right.post(ReceiveRequest.allocate(1).workRequestId(2)
                .localAddress(ends.remote.iova(), 8, ends.remote.lkey() ^ 0x5A5A_5A5A));

            ends.assertFails(Set.of(REMOTE_OPERATION_ERROR, REMOTE_INVALID_REQUEST, REMOTE_ACCESS_ERROR),
                ends.request().send());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void nothingAtAllNeedsNoRight(final DevicePair devices) {
        try (Ends ends = new Ends(devices)) {
            assertEquals(SUCCESS, ends.pair.left.execute(SendRequest.allocate(0).write(0, 0)));
            assertEquals(SUCCESS, ends.pair.left.execute(EmptyRequests.read(devices.left())));
            assertEquals(SUCCESS, ends.pair.left.execute(
                SendRequest.allocate(0).write(ends.remote.iova() + LENGTH, ends.remote.rkey())));
            TestMemory.assertZero(ends.remote, 0, LENGTH);
        }
    }
}
