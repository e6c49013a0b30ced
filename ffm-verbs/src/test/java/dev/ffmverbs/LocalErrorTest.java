// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static dev.ffmverbs.WorkCompletionStatus.LOCAL_PROTECTION_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR;
import static dev.ffmverbs.WorkCompletionStatus.SUCCESS;
import static dev.ffmverbs.WorkCompletionStatus.WORK_REQUEST_FLUSHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests requests with local errors: keys, numbers of buffers, lengths, and space in the queues. */
class LocalErrorTest {

    private static final long SEED = 71;
    private static final int LENGTH = 64;

    /** Most inline data of siw, whatever was asked for ({@code SIW_MAX_INLINE}). */
    private static final int SIW_INLINE_BYTES = 80;

    /** The specification requires the first status. rxe reports the second. */
    static final Set<WorkCompletionStatus> PROTECTION =
        Set.of(LOCAL_PROTECTION_ERROR, LOCAL_QUEUE_PAIR_OPERATION_ERROR);

    /** Returns the most buffers that a request can name. siw tells what was asked for, and takes what it can take. */
    private static int mostBuffers(final ConnectedPair.Side side, final int granted) {
        return side.isIwarp() ? Math.max(granted, side.context.attributes().maximumScatterGatherElements()) : granted;
    }

    private static MemoryRegion remote(final ConnectedPair pair) {
        return TestMemory.zeros(pair.right, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_READ,
            Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
    }

    /** Expects the failure of a request whose answer does not fit. */
    private static void assertFails(final ConnectedPair pair, final SendRequest request) {
        assertFails(pair, request, PROTECTION);
    }

    /** Expects the failure of a request that cannot even be sent, which new rxe does not tell from a flushed one. */
    private static void assertNotSent(final ConnectedPair pair, final SendRequest request) {
        assertFails(pair, request, ofNotSent(pair.left.context.device()));
    }

    /** Returns what a request completes with whose data the device cannot read. */
    static Set<WorkCompletionStatus> ofNotSent(final Device device) {
        return Unsupported.isNewRxe(device) ? Set.of(WORK_REQUEST_FLUSHED) : PROTECTION;
    }

    private static void assertFails(
        final ConnectedPair pair, final SendRequest request, final Set<WorkCompletionStatus> expected) {
        final WorkCompletionStatus status = pair.left.execute(request);

        assertTrue(expected.contains(status), status.toString());
        pair.left.awaitError();
        pair.reconnect();
        assertEquals(SUCCESS, pair.left.execute(SendRequest.allocate(0).write(0, 0)));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLocalKeyThatDoesNotExist(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final int wrong = local.lkey() ^ 0x5A5A_5A5A;
            final SendRequest request = SendRequest.allocate(1).localAddress(local.iova(), 8, wrong);

            assertNotSent(pair, request.write(remote.iova(), remote.rkey()));
            assertNotSent(pair, request.send());
            assertFails(pair, request.read(remote.iova(), remote.rkey()));
            TestMemory.assertZero(remote, 0, LENGTH);
            TestMemory.assertZero(local, 0, LENGTH);
        }
    }

    /** The peer executes the request, but its answer does not fit. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLocalKeyThatDoesNotExistForTheResultOfAnAtomicOperation(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);
            final SendRequest request =
                SendRequest.allocate(1).localAddress(local.iova(), 8, local.lkey() ^ 0x5A5A_5A5A);

            assertFails(pair, request.fetchAndAdd(remote.iova(), remote.rkey(), 1));
            assertFails(pair, request.compareAndSwap(remote.iova(), remote.rkey(), 5, 6));
            TestMemory.assertZero(local, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anOperationThatNoDeviceHas(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onIwarp(devices.left(), "a chain with what iWARP lacks is refused whole; see IwarpTest");
            Unsupported.onRxe(pair.left.domain.device(),
                "looks up what an opcode means without checking it (rxe_opcode.h, wr_opcode_mask)");
            final SendRequest unknown = SendRequest.allocate(0).send();
            unknown.memory().set(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE, 1000);
            final SendRequest chain = SendRequest.allocate(0).write(0, 0).signal(true).next(unknown);

            final UnsupportedVerbException refused =
                assertThrows(UnsupportedVerbException.class, () -> pair.left.queuePair.postSend(chain));

            assertEquals("ibv_post_send", refused.verb());
            assertTrue(refused.getMessage().contains("request 1 of the chain is opcode 1000"), refused.getMessage());
            assertEquals(SUCCESS, pair.left.awaitCompletion(), "the request before it");
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state());
        }
    }

    /** User memory cannot be invalidated. Only windows of type 2 can. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anInvalidationOfARegion(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion region = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE, Access.REMOTE_WRITE);

            final WorkCompletionStatus status = Unsupported.orSkip(
                () -> pair.left.execute(SendRequest.allocate(0).localInvalidate(region.rkey())));

            assertEquals(Unsupported.isNewRxe(devices.left()) ? WORK_REQUEST_FLUSHED : LOCAL_QUEUE_PAIR_OPERATION_ERROR,
                status);
            pair.reconnect();
            assertEquals(SUCCESS, pair.right.execute(SendRequest.allocate(1).write(region.iova(), region.rkey())
                .localMemory(TestMemory.zeros(pair.right, 8), 0, 8)), "the region is as before");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLocalRangeBeyondItsRegion(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH, Access.LOCAL_WRITE);

            assertNotSent(pair, SendRequest.allocate(1).write(remote.iova(), remote.rkey())
                .localAddress(local.iova() + LENGTH - 4, 8, local.lkey()));
            assertFails(pair, SendRequest.allocate(1).read(remote.iova(), remote.rkey())
                .localAddress(local.iova() - 4, 8, local.lkey()));
            TestMemory.assertZero(remote, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLocalRegionThatMayNotBeWritten(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion remote = remote(pair);
            TestMemory.fill(remote.segment(), SEED);
            final MemoryRegion local = TestMemory.zeros(pair.left, LENGTH);

            assertFails(pair, SendRequest.allocate(1).read(remote.iova(), remote.rkey()).localMemory(local, 0, 8));
            TestMemory.assertZero(local, 0, LENGTH);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aSendOfMoreBuffersThanTheQueuePairTakes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int granted = pair.left.queuePair.configuration().sendScatterGatherElements();
            final int most = mostBuffers(pair.left, granted);
            final MemoryRegion local = TestMemory.region(pair.left, 1024, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 1024, Access.LOCAL_WRITE);
            pair.right.postReceive(1, target, 0, 1024);
            final SendRequest request = SendRequest.allocate(most + 1).send();
            for (int element = 0; element <= most; element++) {
                request.addLocalMemory(local, element, 1);
            }

            final VerbsException refused =
                assertThrows(VerbsException.class, () -> pair.left.queuePair.postSend(request));

            assertEquals(Errno.EINVAL, refused.errno());
            assertTrue(refused.getMessage().contains("sendScatterGatherElements=" + granted), refused.getMessage());
            assertThrows(IllegalArgumentException.class, () -> request.addLocalMemory(local, 0, 1));
            assertEquals(SUCCESS, pair.left.execute(request.localMemory(local, 0, 1024)), "it still works");
            assertEquals(SUCCESS, pair.right.awaitCompletion());
            TestMemory.assertSame(local, 0, target, 0, 1024);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReceiveOfMoreBuffersThanTheQueuePairTakes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int granted = pair.right.queuePair.configuration().receiveScatterGatherElements();
            final int most = mostBuffers(pair.right, granted);
            final MemoryRegion target = TestMemory.zeros(pair.right, 1024, Access.LOCAL_WRITE);
            final ReceiveRequest request = ReceiveRequest.allocate(most + 1);
            for (int element = 0; element <= most; element++) {
                request.addLocalMemory(target, element, 1);
            }

            final VerbsException refused =
                assertThrows(VerbsException.class, () -> pair.right.queuePair.postReceive(request));

            assertEquals("ibv_post_recv", refused.verb());
            assertEquals(Errno.EINVAL, refused.errno());
            assertTrue(refused.getMessage().contains("receiveScatterGatherElements=" + granted), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void inlineDataLongerThanTheQueuePairTakes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices); Arena arena = Arena.ofConfined()) {
            final int granted = pair.left.queuePair.configuration().inlineBytes();
            final int most = Unsupported.isIwarp(devices.left()) ? Math.max(granted, SIW_INLINE_BYTES) : granted;
            final SendRequest request = SendRequest.allocate(0, most + 1).send().inlineData(arena.allocate(most + 1L));

            final VerbsException refused =
                assertThrows(VerbsException.class, () -> pair.left.queuePair.postSend(request));

            assertEquals(Errno.EINVAL, refused.errno());
            assertTrue(refused.getMessage().contains("inlineBytes=" + granted), refused.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> request.inlineData(arena.allocate(most + 2L)));
        }
    }

    /** The requests before the invalid request of a chain are posted, the others are not. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aChainWithAWrongRequestInTheMiddle(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int most =
                mostBuffers(pair.left, pair.left.queuePair.configuration().sendScatterGatherElements());
            final MemoryRegion local = TestMemory.zeros(pair.left, 1024);
            final SendRequest wrong = SendRequest.allocate(most + 1).workRequestId(2).send();
            for (int element = 0; element <= most; element++) {
                wrong.addLocalMemory(local, element, 1);
            }
            final SendRequest chain = SendRequest.allocate(0).workRequestId(1).write(0, 0)
                .next(wrong.next(SendRequest.allocate(0).workRequestId(3).write(0, 0)));

            final VerbsException refused =
                assertThrows(VerbsException.class, () -> pair.left.queuePair.postSend(chain));

            assertTrue(refused.getMessage().contains("request 1 of the chain"), refused.getMessage());
            assertEquals(SUCCESS, pair.left.awaitCompletion());
            assertEquals(1, pair.left.completions.workRequestId(0));
            assertEquals(SUCCESS, pair.left.execute(SendRequest.allocate(0).workRequestId(4).write(0, 0)));
            assertEquals(4, pair.left.completions.workRequestId(0), "the third was not posted");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void moreSendsThanTheQueueHolds(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final int asked = 1000;
            final SendRequest[] requests = new SendRequest[asked];
            for (int index = asked - 1; index >= 0; index--) {
                requests[index] = SendRequest.allocate(0).workRequestId(index).write(0, 0)
                    .next(index + 1 < asked ? requests[index + 1] : null);
            }

            int posted = pair.left.queuePair.postSend(requests[0]);
            assertTrue(posted >= 64 && posted < asked, posted + " posted");
            for (int completed = 0; completed < asked; completed++) {
                assertEquals(SUCCESS, pair.left.awaitCompletion());
                assertEquals(completed, pair.left.completions.workRequestId(0));
                if (posted < asked) {
                    posted += pair.left.queuePair.postSend(requests[posted].next(null));
                }
            }
            assertEquals(asked, posted);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void moreReceivesThanTheQueueHolds(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            ReceiveRequest chain = null;
            for (int index = 999; index >= 0; index--) {
                chain = EmptyRequests.receive(devices.right()).workRequestId(index).next(chain);
            }

            final int posted = pair.right.queuePair.postReceive(chain);

            assertTrue(posted >= 64 && posted < 1000, posted + " posted");
            assertEquals(0, pair.right.queuePair.postReceive(EmptyRequests.receive(devices.right())));
            assertEquals(SUCCESS, pair.left.execute(SendRequest.allocate(0).send()));
            assertEquals(SUCCESS, pair.right.awaitCompletion());
            assertEquals(0, pair.right.completions.workRequestId(0));
            assertEquals(1, pair.right.queuePair.postReceive(EmptyRequests.receive(devices.right())),
                "one place is free again");
            assertEquals(0, pair.right.queuePair.postReceive(EmptyRequests.receive(devices.right())));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aChainThatWouldNeverEnd(final DevicePair devices) {
        devices.require();
        final SendRequest first = SendRequest.allocate(0);
        final SendRequest second = SendRequest.allocate(0).next(first);
        assertThrows(IllegalArgumentException.class, () -> first.next(second));
        assertThrows(IllegalArgumentException.class, () -> first.next(first));
        final ReceiveRequest receive = ReceiveRequest.allocate(0);
        assertThrows(IllegalArgumentException.class, () -> receive.next(receive));
    }
}
