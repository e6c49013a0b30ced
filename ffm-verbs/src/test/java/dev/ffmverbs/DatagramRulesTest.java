// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which datagrams are sent and received, and which are dropped. */
class DatagramRulesTest {

    private static final long SEED = 42;
    private static final int HEADER = GlobalRoutingHeader.BYTES;
    private static final int SMALLEST_MTU = 256;
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Long enough to notice an unexpected event in most runs. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private static WorkCompletionStatus send(final DatagramNodes nodes, final int immediate) {
        return nodes.left.side.execute(nodes.toRight(SendRequest.allocate(0).sendWithImmediate(immediate)));
    }

    /** Expects the next completion of the right end to be that of a datagram with this immediate data. */
    private static void assertReceived(final DatagramNodes nodes, final int immediate) {
        assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
        assertEquals(immediate, nodes.right.side.completions.immediateData(0));
    }

    private static int mtuBytes(final ConnectedPair.Side side) {
        return SMALLEST_MTU << side.context.portAttributes(1).activeMtu().ordinal();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void dropsADatagramForWhichNoReceiveIsPosted(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE);

            assertEquals(WorkCompletionStatus.SUCCESS, send(nodes, 1));
            nodes.right.side.awaitQuiet();
            nodes.right.side.postReceive(7, target, 0, HEADER);
            assertEquals(WorkCompletionStatus.SUCCESS, send(nodes, 2));

            assertReceived(nodes, 2);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsAsMuchAsThePathCarriesAndNothingIfItIsMore(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final int mtu = Math.min(mtuBytes(nodes.left.side), mtuBytes(nodes.right.side));
            final MemoryRegion source = TestMemory.region(nodes.left.side, mtu + 1, SEED);
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, HEADER + mtu + 1, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, target, 0, HEADER + mtu + 1);

            if (mtuBytes(nodes.left.side) == mtu) {
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                    nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, mtu + 1)));
            }
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, mtu)));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            assertEquals(HEADER + mtu, nodes.right.side.completions.byteLength(0));
            TestMemory.assertSame(source, 0, target, HEADER, mtu);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aReceiveThatIsTooShortGetsNoMessage(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion source = TestMemory.region(nodes.left.side, 100, SEED);
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, 200, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, target, 0, HEADER + 99);
            nodes.right.side.postReceive(2, target, 0, 200);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, 100)));

            if (Unsupported.isNewRxe(devices.right())) {
                assertReceivesWhatFits(nodes, source);
            } else {
                assertFails(nodes.right.side);
            }
            TestMemory.assertZero(target, HEADER + 99, 200 - HEADER - 99);
        }
    }

    private static void assertFails(final ConnectedPair.Side side) {
        final WorkCompletionStatus status = side.awaitCompletion();
        assertTrue(Set.of(WorkCompletionStatus.LOCAL_LENGTH_ERROR,
            WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR).contains(status), status.toString());
        assertEquals(1, side.completions.workRequestId(0));
        assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, side.awaitCompletion());
        assertEquals(QueuePairState.ERROR, side.queuePair.state());
    }

    /** Newer rxe drops a message that is too long ({@code rxe_resp_check_length}), and keeps the receive. */
    private static void assertReceivesWhatFits(final DatagramNodes nodes, final MemoryRegion source) {
        assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
            nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, 99)));
        assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
        assertEquals(1, nodes.right.side.completions.workRequestId(0));
        assertEquals(HEADER + 99, nodes.right.side.completions.byteLength(0));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLocalKeyOfAnotherDomainEndsItsQueuePair(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices);
             ProtectionDomain other = nodes.left.side.context.allocateProtectionDomain();
             MemoryRegion foreign = other.allocate(64)) {
            final WorkCompletionStatus status = nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(1).send()).localMemory(foreign, 0, 64));

            assertTrue(LocalErrorTest.ofNotSent(devices.left()).contains(status), status.toString());
            nodes.left.side.awaitError();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aKeyWithItsTopBitSetStandsForTheSendersOwn(final DevicePair devices) {
        devices.require();
        Unsupported.onRxe(devices.left(), "sends every queue key as it is given (rxe_req.c)");
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            nodes.right.side.postReceive(
                1, TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE), 0, HEADER);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(SendRequest.allocate(0)
                .sendWithImmediate(5).to(nodes.left.toPeer, nodes.right.side.queuePair.number(), 0x8000_0000)));

            assertReceived(nodes, 5);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void changesItsKeyWhileItReceives(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            nodes.right.side.postReceive(
                1, TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE), 0, HEADER);
            nodes.right.side.queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).queueKey(99));

            assertEquals(WorkCompletionStatus.SUCCESS, send(nodes, 1));
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(SendRequest.allocate(0)
                .sendWithImmediate(2).to(nodes.left.toPeer, nodes.right.side.queuePair.number(), 99)));

            assertReceived(nodes, 2);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void goesThroughItsStatesWithTheAttributesOfDatagramsOnly(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            queuePair.modify(to(QueuePairState.RESET));

            assertRefused(queuePair, to(QueuePairState.INIT).port(1).partitionKeyIndex(0));
            assertRefused(queuePair, to(QueuePairState.INIT).port(1).partitionKeyIndex(0).queueKey(1)
                .access(Access.REMOTE_WRITE));
            queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).queueKey(1));
            assertRefused(queuePair, to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024));
            queuePair.modify(to(QueuePairState.READY_TO_RECEIVE).queueKey(2));
            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND));
            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(1).timeout(14));
            queuePair.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(77));

            assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
        }
    }

    private static QueuePairAttributes to(final QueuePairState state) {
        return new QueuePairAttributes().state(state);
    }

    private static void assertRefused(final QueuePair queuePair, final QueuePairAttributes attributes) {
        final VerbsException refused = assertThrows(VerbsException.class, () -> queuePair.modify(attributes));
        assertEquals("ibv_modify_qp", refused.verb());
        assertEquals(Errno.EINVAL, refused.errno(), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsInlineDataThatChangesRightAfterPosting(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final MemoryRegion source = TestMemory.region(nodes.left.side, 20, SEED);
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, HEADER + 20, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, target, 0, HEADER + 20);
            final SendRequest request = SendRequest.allocate(1, 20).send().inlineData(source.segment());

            nodes.left.side.post(nodes.toRight(request));
            request.inlineData(target.segment().asSlice(0, 20));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            TestMemory.assertSame(source, 0, target, HEADER, 20);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void receivesFromASharedQueue(final DevicePair devices) {
        final SharedReceiveQueue[] shared = new SharedReceiveQueue[1];
        try (DatagramNodes nodes = new DatagramNodes(devices, new DatagramNodes.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                shared[0] = side.opens(side.domain.createSharedReceiveQueue(8, 2));
                return Unsupported.orSkip(() -> side.domain.createQueuePair(
                    configuration(side.queue).withSharedReceiveQueue(shared[0])));
            }
        })) {
            final MemoryRegion source = TestMemory.region(nodes.left.side, 100, SEED);
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, 100, Access.LOCAL_WRITE);
            final MemoryRegion header = TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE);
            shared[0].postReceive(ReceiveRequest.allocate(2).workRequestId(3)
                .localMemory(header, 0, HEADER).addLocalMemory(target, 0, 100));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(1).send()).localMemory(source, 0, 100)));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            assertEquals(3, nodes.right.side.completions.workRequestId(0));
            TestMemory.assertSame(source, 0, target, 0, 100);
            assertEquals(nodes.left.side.gid.gid(), GlobalRoutingHeader.source(header.segment(), 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void announcesASolicitedDatagram(final DevicePair devices) {
        final CompletionChannel[] channel = new CompletionChannel[1];
        try (DatagramNodes nodes = new DatagramNodes(devices, new DatagramNodes.Setup() {
            @Override
            CompletionQueue completionQueue(final ConnectedPair.Side side) {
                channel[0] = side.opens(side.context.createCompletionChannel());
                return side.context.createCompletionQueue(64, channel[0], 0);
            }
        })) {
            final MemoryRegion target = TestMemory.zeros(nodes.right.side, 2L * HEADER, Access.LOCAL_WRITE);
            nodes.right.side.postReceive(1, target, 0, HEADER);
            nodes.right.side.postReceive(2, target, HEADER, HEADER);
            nodes.right.side.queue.requestNotification(true);

            assertEquals(WorkCompletionStatus.SUCCESS, send(nodes, 1));
            assertEquals(Optional.empty(), channel[0].await(SHORT), "announced though not solicited");
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(
                nodes.toRight(SendRequest.allocate(0).sendWithImmediate(2).solicit(true))));

            assertTrue(channel[0].await(LONG).isPresent());
            assertReceived(nodes, 1);
            assertReceived(nodes, 2);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsToItself(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final ConnectedPair.Side left = nodes.left.side;
            final MemoryRegion target = TestMemory.zeros(left, HEADER, Access.LOCAL_WRITE);
            left.postReceive(1, target, 0, HEADER);
            final AddressHandle itself =
                left.opens(left.domain.createAddressHandle(left.gid.gid(), left.gid.index(), 1));

            left.post(SendRequest.allocate(0).sendWithImmediate(8).signal(false)
                .to(itself, left.queuePair.number(), DatagramNodes.QUEUE_KEY));

            assertEquals(WorkCompletionStatus.SUCCESS, left.awaitCompletion());
            assertEquals(8, left.completions.immediateData(0));
            assertEquals(left.queuePair.number(), left.completions.sourceQueuePairNumber(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void flushesWhatWaitsAndSendsPostedInErrorAndWorksAgainAfterAReset(final DevicePair devices) {
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final ConnectedPair.Side left = nodes.left.side;
            left.post(ReceiveRequest.allocate(0).workRequestId(6));
            left.queuePair.modify(to(QueuePairState.ERROR));
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, left.awaitCompletion());
            assertEquals(6, left.completions.workRequestId(0));
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED,
                left.execute(nodes.toRight(SendRequest.allocate(0).send())));

            left.queuePair.modify(to(QueuePairState.RESET));
            DatagramNodes.makeReady(left.queuePair);
            nodes.right.side.postReceive(
                1, TestMemory.zeros(nodes.right.side, HEADER, Access.LOCAL_WRITE), 0, HEADER);
            assertEquals(WorkCompletionStatus.SUCCESS, send(nodes, 3));
            assertReceived(nodes, 3);
        }
    }
}
