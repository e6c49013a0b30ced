// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what each state of a queue pair allows, the transitions between states, and the recovery from ERROR. */
class QueuePairStateTest {

    private static final long SEED = 61;

    private static QueuePairAttributes to(final QueuePairState state) {
        return new QueuePairAttributes().state(state);
    }

    private static QueuePairAttributes toInit() {
        return to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(Access.REMOTE_READ);
    }

    private static void assertRefused(final QueuePair queuePair, final QueuePairAttributes attributes) {
        final QueuePairState before = queuePair.state();

        final VerbsException refused = assertThrows(VerbsException.class, () -> queuePair.modify(attributes));

        assertEquals("ibv_modify_qp", refused.verb());
        assertTrue(Set.of(Errno.EINVAL, Errno.ENODATA).contains(refused.errno()), refused.getMessage());
        assertTrue(refused.getMessage().contains("qp_state=" + attributes.state().value()), refused.getMessage());
        assertEquals(before, queuePair.state());
    }

    private static void assertPostRefused(final QueuePairState state, final VerbsException refused) {
        assertEquals(Errno.EINVAL, refused.errno());
        assertTrue(refused.getMessage().contains("in state " + state), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesTransitionsThatDoNotExistAndThoseThatLackAttributes(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            queuePair.modify(to(QueuePairState.RESET));

            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND));
            assertRefused(queuePair, to(QueuePairState.INIT));
            queuePair.modify(toInit());
            assertEquals(QueuePairState.INIT, queuePair.state());
            assertRefused(queuePair, to(QueuePairState.READY_TO_RECEIVE));
            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND));
            queuePair.modify(to(QueuePairState.ERROR));
            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND));
            queuePair.modify(to(QueuePairState.RESET));
            assertEquals(QueuePairState.RESET, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesAPlaceInTheGidTableThatIsNotFilled(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            queuePair.modify(to(QueuePairState.RESET));
            queuePair.modify(toInit());

            assertRefused(queuePair, to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
                .destination(pair.right.gid.gid(), 255, 1).destinationQueuePair(pair.right.queuePair.number())
                .receivePacketSequenceNumber(1).maximumIncomingReads(1).minimumRnrTimer(1));
            assertThrows(IllegalArgumentException.class,
                () -> new QueuePairAttributes().destination(pair.right.gid.gid(), 256, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void postsSendsOnlyWhenReadyToSendAndReceivesOnlyAfterReset(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            final SendRequest send = SendRequest.allocate(0).send();
            final ReceiveRequest receive = EmptyRequests.receive(devices.left());
            queuePair.modify(to(QueuePairState.RESET));
            assertPostRefused(QueuePairState.RESET,
                assertThrows(VerbsException.class, () -> queuePair.postSend(send)));
            assertPostRefused(QueuePairState.RESET,
                assertThrows(VerbsException.class, () -> queuePair.postReceive(receive)));
            queuePair.modify(toInit());
            assertPostRefused(QueuePairState.INIT,
                assertThrows(VerbsException.class, () -> queuePair.postSend(send)));
            assertEquals(1, queuePair.postReceive(receive));

            pair.reconnect();

            pair.right.post(EmptyRequests.receive(devices.right()).workRequestId(5));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(send.workRequestId(4)));
            assertEquals(4, pair.left.completions.workRequestId(0), "a refused request is not sent later");
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(5, pair.right.completions.workRequestId(0));
            assertEquals(0, pair.left.queue.poll(pair.left.completions));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void flushesWhatWaits(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            for (int request = 0; request < 3; request++) {
                pair.left.post(EmptyRequests.receive(devices.left()).workRequestId(request));
            }

            pair.left.queuePair.modify(to(QueuePairState.ERROR));

            for (int request = 0; request < 3; request++) {
                assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, pair.left.awaitCompletion());
                assertEquals(request, pair.left.completions.workRequestId(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void flushesSendsPostedInError(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onSiw(devices.left(),
                "completes nothing that is posted in ERROR (siw_post_send, with the queue in user memory)");
            pair.left.queuePair.modify(to(QueuePairState.ERROR));

            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED,
                pair.left.execute(SendRequest.allocate(0).workRequestId(10).send()));
            assertEquals(10, pair.left.completions.workRequestId(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void flushesReceivesPostedInError(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onSiw(devices.left(), "completes nothing that is posted in ERROR");
            Unsupported.onRxe(pair.left.context.device(), "looks at a posted receive only when a packet comes: posting"
                + " writes to shared memory and does not notify the kernel (rdma-core, providers/rxe, rxe_post_recv)");
            pair.left.queuePair.modify(to(QueuePairState.ERROR));

            pair.left.post(EmptyRequests.receive(devices.left()).workRequestId(11));

            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, pair.left.awaitCompletion());
            assertEquals(11, pair.left.completions.workRequestId(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void worksAgainAfterItWasResetAndConnectedAnew(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final MemoryRegion source = TestMemory.region(pair.left, 3000, SEED);
            for (int round = 0; round < 3; round++) {
                pair.left.queuePair.modify(to(QueuePairState.ERROR));

                pair.reconnect();

                final MemoryRegion target =
                    TestMemory.zeros(pair.right, 3000, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                    .write(target.iova(), target.rkey()).localMemory(source, 0, 3000)));
                TestMemory.assertSame(source, 0, target, 0, 3000);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void tellsWhatItWasGiven(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            Unsupported.onIwarp(devices.left(), "TCP has no such attributes, and siw tells none (siw_query_qp)");
            final QueuePairAttributes left = pair.left.queuePair.query();
            assertEquals(QueuePairState.READY_TO_SEND, left.state());
            assertEquals(pair.right.queuePair.number(), left.destinationQueuePair());
            assertEquals(pair.right.gid.gid(), left.destinationGid());
            assertEquals(pair.left.context.portAttributes(1).activeMtu(), left.pathMtu());
            assertEquals(ConnectedPair.TIMEOUT_EXPONENT, left.timeout());
            assertEquals(6, left.retryCount());
            assertEquals(6, left.rnrRetryCount());
            assertEquals(4, left.maximumIncomingReads());
            assertEquals(4, left.maximumOutgoingReads());
            assertEquals(0, left.mask(), "attributes that were read are not marked for change");
            final QueuePairConfiguration given = pair.left.queuePair.configuration();
            assertTrue(given.sendRequests() >= 64 && given.receiveRequests() >= 64, given.toString());
            assertTrue(given.sendScatterGatherElements() >= 4 && given.receiveScatterGatherElements() >= 4,
                given.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isRefusedBeyondTheLimitsOfTheDevice(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(4)) {
            final DeviceAttributes limits = context.attributes();
            final QueuePairConfiguration fitting = QueuePairConfiguration.reliableConnection(queue);
            for (final QueuePairConfiguration tooLarge : new QueuePairConfiguration[] {
                fitting.withSendRequests(limits.maximumRequestsPerQueue() + 1),
                fitting.withReceiveRequests(limits.maximumRequestsPerQueue() + 1),
                fitting.withScatterGatherElements(limits.maximumScatterGatherElements() + 1, 1),
                fitting.withScatterGatherElements(1, limits.maximumScatterGatherElements() + 1),
                fitting.withInlineBytes(1 << 24)}) {
                final VerbsException refused =
                    assertThrows(VerbsException.class, () -> domain.createQueuePair(tooLarge));
                assertEquals("ibv_create_qp", refused.verb());
                assertTrue(refused.getMessage().contains("max_send_wr=" + tooLarge.sendRequests()),
                    refused.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> fitting.withSendRequests(-1));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void needsQueuesOfItsOwnContext(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open(); Context other = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue foreign = other.createCompletionQueue(4)) {
            assertThrows(IllegalArgumentException.class,
                () -> domain.createQueuePair(QueuePairConfiguration.reliableConnection(foreign)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closesOnceHoweverOftenItIsAskedTo(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            pair.left.queuePair.close();
            pair.left.queuePair.close();
            assertFalse(pair.left.queuePair.isOpen());
            assertEquals(pair.left.queuePair + " is closed", assertThrows(IllegalStateException.class,
                () -> pair.left.queuePair.postSend(SendRequest.allocate(0))).getMessage());
        }
    }
}
