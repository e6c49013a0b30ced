// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests unreliable connections: SEND and WRITE without acknowledgements. */
class UnreliableConnectionTest {

    private static final long SEED = 43;
    private static final int BYTES = 10_000;

    /** Creates the ends of an unreliable connection. */
    static class Setup extends ConnectedPair.Setup {

        @Override
        QueuePairConfiguration configuration(final CompletionQueue queue) {
            return QueuePairConfiguration.unreliableConnection(queue).withScatterGatherElements(2, 2)
                .withInlineBytes(32);
        }

        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            return Unsupported.orSkip(() -> super.queuePair(side));
        }

        @Override
        void connect(
            final ConnectedPair.Side side, final QueuePair own, final ConnectedPair.Side peer, final QueuePair peers) {
            own.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(Access.REMOTE_WRITE));
            own.modify(toReadyToReceive(side, peer, peers));
            own.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(side.packetSequenceNumber));
        }
    }

    private static QueuePairAttributes to(final QueuePairState state) {
        return new QueuePairAttributes().state(state);
    }

    private static QueuePairAttributes toReadyToReceive(
        final ConnectedPair.Side side, final ConnectedPair.Side peer, final QueuePair peers) {
        return to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
            .destination(peer.gid.gid(), side.gid.index(), 1).destinationQueuePair(peers.number())
            .receivePacketSequenceNumber(peer.packetSequenceNumber);
    }

    /** A connection, with data at its left end and room for it at its right end. */
    private static final class Pair implements AutoCloseable {
        final ConnectedPair connected;
        final ConnectedPair.Side left;
        final ConnectedPair.Side right;
        final MemoryRegion source;
        final MemoryRegion target;

        Pair(final DevicePair devices) {
            this(devices, new Setup());
        }

        Pair(final DevicePair devices, final ConnectedPair.Setup rightSetup) {
            connected = new ConnectedPair(devices, new Setup(), rightSetup);
            left = connected.left;
            right = connected.right;
            source = TestMemory.region(left, BYTES, SEED);
            target = TestMemory.zeros(right, BYTES, Access.LOCAL_WRITE, Access.REMOTE_WRITE, Access.REMOTE_READ);
        }

        SendRequest send(final int bytes) {
            return SendRequest.allocate(1).send().localMemory(source, 0, bytes);
        }

        SendRequest write(final int bytes) {
            return SendRequest.allocate(1).write(target.iova(), target.rkey()).localMemory(source, 0, bytes);
        }

        @Override
        public void close() {
            connected.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsMessagesOfManyPackets(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            pair.right.post(ReceiveRequest.allocate(2).workRequestId(1)
                .localMemory(pair.target, 0, 1500).addLocalMemory(pair.target, 1500, BYTES - 1500));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(2)
                .sendWithImmediate(77).localMemory(pair.source, 0, 3000)
                .addLocalMemory(pair.source, 3000, BYTES - 3000)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(WorkCompletionOpcode.RECEIVE, pair.right.completions.opcode(0));
            assertEquals(BYTES, pair.right.completions.byteLength(0));
            assertEquals(77, pair.right.completions.immediateData(0));
            TestMemory.assertSame(pair.source, 0, pair.target, 0, BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void writesThroughAMemoryWindow(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            final MemoryRegion region =
                TestMemory.zeros(pair.right, BYTES, Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND);
            final MemoryWindow window = pair.right.opens(
                Unsupported.orSkip(() -> pair.right.domain.allocateMemoryWindow(MemoryWindowType.TYPE_2)));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.execute(SendRequest.allocate(0)
                .bindMemoryWindow(window, region, 1000, 2000, Access.REMOTE_WRITE)));
            pair.right.post(ReceiveRequest.allocate(0).workRequestId(6));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(SendRequest.allocate(1)
                .writeWithImmediate(region.iova() + 1000, window.rkey(), 8).localMemory(pair.source, 0, 2000)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(6, pair.right.completions.workRequestId(0));
            TestMemory.assertSame(pair.source, 0, region, 1000, 2000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesAndTellsThePeerWithImmediateData(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            pair.right.post(ReceiveRequest.allocate(0).workRequestId(5));

            pair.left.post(pair.write(BYTES).next(SendRequest.allocate(0)
                .writeWithImmediate(pair.target.iova(), pair.target.rkey(), 78)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionOpcode.RDMA_WRITE, pair.left.completions.opcode(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(WorkCompletionOpcode.RECEIVE_RDMA_WITH_IMMEDIATE, pair.right.completions.opcode(0));
            assertEquals(5, pair.right.completions.workRequestId(0));
            assertEquals(78, pair.right.completions.immediateData(0));
            TestMemory.assertSame(pair.source, 0, pair.target, 0, BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void dropsAMessageForWhichNoReceiveIsPosted(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(3000)));
            pair.right.awaitQuiet();
            pair.right.postReceive(9, pair.target, 0, BYTES);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(2000)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(9, pair.right.completions.workRequestId(0));
            assertEquals(2000, pair.right.completions.byteLength(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void dropsWritesThatAreNotAllowedAndContinues(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            for (final SendRequest write : new SendRequest[] {
                pair.write(100).write(pair.target.iova(), pair.target.rkey() + 0x1000),
                pair.write(100).write(pair.target.iova() + BYTES - 99, pair.target.rkey()),
                pair.write(100).write(pair.target.iova() - 1, pair.target.rkey())}) {
                assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(write));
            }
            pair.right.awaitQuiet();
            pair.right.queuePair.modify(to(QueuePairState.READY_TO_SEND).access());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.write(100)));
            pair.right.awaitQuiet();
            TestMemory.assertZero(pair.target, 0, BYTES);
            pair.right.postReceive(1, pair.target, 0, 10);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(10)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(QueuePairState.READY_TO_SEND, pair.right.queuePair.state());
            TestMemory.assertSame(pair.source, 0, pair.target, 0, 10);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void refusesReadsAndAtomicsBeforeTheDriverSeesThem(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            final long address = pair.target.iova();
            final int rkey = pair.target.rkey();
            for (final SendRequest request : new SendRequest[] {
                SendRequest.allocate(1).read(address, rkey).localMemory(pair.source, 0, 8),
                SendRequest.allocate(1).fetchAndAdd(address, rkey, 1).localMemory(pair.source, 0, 8),
                SendRequest.allocate(1).compareAndSwap(address, rkey, 1, 2).localMemory(pair.source, 0, 8),
                pair.write(8).next(SendRequest.allocate(1).read(address, rkey).localMemory(pair.source, 0, 8))}) {
                final UnsupportedVerbException refused =
                    assertThrows(UnsupportedVerbException.class, () -> pair.left.queuePair.postSend(request));
                assertTrue(refused.getMessage().contains("nothing was posted: an unreliable connection (IBV_QPT_UC)"),
                    refused.getMessage());
            }
            pair.left.awaitQuiet();
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aReceiveThatIsTooShortEndsItsQueuePair(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            pair.right.postReceive(1, pair.target, 0, 2999);
            pair.right.postReceive(2, pair.target, 0, BYTES);

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(3000)));

            final WorkCompletionStatus status = pair.right.awaitCompletion();
            assertTrue(Set.of(WorkCompletionStatus.LOCAL_LENGTH_ERROR,
                WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR).contains(status), status.toString());
            assertEquals(1, pair.right.completions.workRequestId(0));
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, pair.right.awaitCompletion());
            assertEquals(QueuePairState.ERROR, pair.right.queuePair.state());
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void receivesFromASharedQueue(final DevicePair devices) {
        final SharedReceiveQueue[] shared = new SharedReceiveQueue[1];
        try (Pair pair = new Pair(devices, new Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                shared[0] = side.opens(side.domain.createSharedReceiveQueue(8, 1));
                return Unsupported.orSkip(() -> side.domain.createQueuePair(
                    configuration(side.queue).withSharedReceiveQueue(shared[0])));
            }
        })) {
            shared[0].postReceive(ReceiveRequest.allocate(1).workRequestId(3).localMemory(pair.target, 0, BYTES));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(BYTES)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(3, pair.right.completions.workRequestId(0));
            TestMemory.assertSame(pair.source, 0, pair.target, 0, BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void goesThroughItsStatesWithTheAttributesOfUnreliableConnectionsOnly(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            queuePair.modify(to(QueuePairState.RESET));

            assertRefused(queuePair, to(QueuePairState.INIT).port(1).partitionKeyIndex(0));
            queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(Access.REMOTE_WRITE));
            assertRefused(queuePair, toReadyToReceive(pair.left, pair.right, pair.right.queuePair)
                .maximumIncomingReads(1).minimumRnrTimer(1));
            assertRefused(queuePair, to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024));
            queuePair.modify(toReadyToReceive(pair.left, pair.right, pair.right.queuePair));
            assertRefused(queuePair, to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(1).timeout(14)
                .retryCount(6).rnrRetryCount(6).maximumOutgoingReads(1));
            queuePair.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(1));

            final QueuePairAttributes queried = queuePair.query();
            assertEquals(QueuePairState.READY_TO_SEND, queried.state());
            assertEquals(PathMtu.MTU_1024, queried.pathMtu());
            assertEquals(pair.right.queuePair.number(), queried.destinationQueuePair());
            assertEquals(pair.right.gid.gid(), queried.destinationGid());
        }
    }

    private static void assertRefused(final QueuePair queuePair, final QueuePairAttributes attributes) {
        final VerbsException refused = assertThrows(VerbsException.class, () -> queuePair.modify(attributes));
        assertEquals("ibv_modify_qp", refused.verb());
        assertEquals(Errno.EINVAL, refused.errno(), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void worksAgainAfterItWasResetAndConnectedAnew(final DevicePair devices) {
        try (Pair pair = new Pair(devices)) {
            pair.right.post(ReceiveRequest.allocate(0));
            pair.right.queuePair.modify(to(QueuePairState.ERROR));
            assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, pair.right.awaitCompletion());
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(100)));
            // The new connection has the same numbers, so the message must not arrive late.
            pair.right.awaitQuiet();

            pair.connected.reconnect();
            pair.right.postReceive(4, pair.target, 0, BYTES);
            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.execute(pair.send(BYTES)));

            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            TestMemory.assertSame(pair.source, 0, pair.target, 0, BYTES);
        }
    }
}
