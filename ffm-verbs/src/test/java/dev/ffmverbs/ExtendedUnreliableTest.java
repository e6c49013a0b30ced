// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests batches, and completions that are read in place, of datagrams and unreliable connections. */
class ExtendedUnreliableTest {

    private static final long SEED = 61;
    private static final int HEADER = GlobalRoutingHeader.BYTES;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    /** Creates ends that send datagrams in batches, each from one buffer, which rxe of every version can. */
    private static final class DatagramSetup extends DatagramNodes.Setup {
        @Override
        QueuePair queuePair(final ConnectedPair.Side side) {
            return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(
                configuration(side.queue).withScatterGatherElements(1, 1),
                SendOperation.SEND, SendOperation.SEND_WITH_IMMEDIATE));
        }
    }

    /** Creates ends that read the completions of datagrams in place. */
    private static final class ReadingSetup extends DatagramNodes.Setup {
        @Override
        CompletionQueue completionQueue(final ConnectedPair.Side side) {
            return Unsupported.orSkip(() -> side.context.createExtendedCompletionQueue(64, null, 0));
        }
    }

    /** Two ends that exchange datagrams, and room for one at the right end. */
    private static final class Nodes implements AutoCloseable {
        final DatagramNodes nodes;
        final ConnectedPair.Side left;
        final ConnectedPair.Side right;
        final MemoryRegion source;
        final MemoryRegion target;

        Nodes(final DevicePair devices, final ConnectedPair.Setup rightSetup) {
            nodes = new DatagramNodes(devices, new DatagramSetup(), rightSetup);
            left = nodes.left.side;
            right = nodes.right.side;
            source = TestMemory.region(left, 1000, SEED);
            target = TestMemory.zeros(right, HEADER + 1000L, Access.LOCAL_WRITE);
            right.postReceive(5, target, 0, HEADER + 1000);
        }

        SendBatch batch() {
            return ((ExtendedQueuePair) left.queuePair).start().workRequestId(3).signal(true);
        }

        void toRight(final SendBatch batch) {
            batch.to(nodes.left.toPeer, right.queuePair.number(), DatagramNodes.QUEUE_KEY);
        }

        @Override
        public void close() {
            nodes.close();
        }
    }

    private static void complete(final SendBatch batch, final ConnectedPair.Side sender) {
        assertEquals(1, batch.complete());
        assertEquals(WorkCompletionStatus.SUCCESS, sender.awaitCompletion());
        assertEquals(3, sender.completions.workRequestId(0));
        assertEquals(WorkCompletionOpcode.SEND, sender.completions.opcode(0));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void sendsADatagram(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new DatagramNodes.Setup())) {
            final SendBatch batch = nodes.batch().send();
            nodes.toRight(batch);
            complete(batch.localMemory(nodes.source, 0, 1000), nodes.left);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.awaitCompletion());
            assertEquals(HEADER + 1000, nodes.right.completions.byteLength(0));
            assertEquals(nodes.left.queuePair.number(), nodes.right.completions.sourceQueuePairNumber(0));
            TestMemory.assertSame(nodes.source, 0, nodes.target, HEADER, 1000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsADatagramWithImmediateData(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new DatagramNodes.Setup())) {
            final SendBatch batch = nodes.batch().sendWithImmediate(0x0102_0304);
            nodes.toRight(batch);
            complete(batch.localMemory(nodes.source, 0, 10), nodes.left);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.awaitCompletion());
            assertEquals(0x0102_0304, nodes.right.completions.immediateData(0));
            TestMemory.assertSame(nodes.source, 0, nodes.target, HEADER, 10);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsADatagramOfNoBytes(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new DatagramNodes.Setup())) {
            final SendBatch batch = nodes.batch().send();
            nodes.toRight(batch);
            complete(batch, nodes.left);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.awaitCompletion());
            assertEquals(HEADER, nodes.right.completions.byteLength(0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesADatagramWithoutAnAddress(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new DatagramNodes.Setup())) {
            final SendBatch batch = nodes.batch().send().localMemory(nodes.source, 0, 10);

            assertThrows(IllegalStateException.class, batch::complete);
            batch.abort();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void readsTheCompletionOfADatagramInPlace(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new ReadingSetup())) {
            final SendBatch batch = nodes.batch().sendWithImmediate(-2);
            nodes.toRight(batch);
            complete(batch.localMemory(nodes.source, 0, 500), nodes.left);

            final ExtendedCompletionQueue queue = (ExtendedCompletionQueue) nodes.right.queue;
            final long startNs = System.nanoTime();
            while (!queue.startPoll()) {
                assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "no completion within 20 s");
            }
            assertEquals(5, queue.workRequestId());
            assertEquals(WorkCompletionStatus.SUCCESS, queue.status());
            assertEquals(WorkCompletionOpcode.RECEIVE, queue.opcode());
            assertEquals(HEADER + 500, queue.byteLength());
            assertEquals(-2, queue.immediateData());
            assertEquals(nodes.right.queuePair.number(), queue.queuePairNumber());
            assertEquals(nodes.left.queuePair.number(), queue.sourceQueuePairNumber());
            assertFalse(queue.nextPoll());
            queue.endPoll();
            TestMemory.assertSame(nodes.source, 0, nodes.target, HEADER, 500);
        }
    }

    /** Memory of relaxed ordering differs on the bus of the machine, where a software device has none. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void sendsFromAndReceivesIntoMemoryOfRelaxedOrdering(final DevicePair devices) {
        try (Nodes nodes = new Nodes(devices, new DatagramNodes.Setup())) {
            final MemoryRegion source = TestMemory.region(nodes.left, 100, SEED, Access.RELAXED_ORDERING);
            final MemoryRegion target =
                TestMemory.zeros(nodes.right, HEADER + 100L, Access.LOCAL_WRITE, Access.RELAXED_ORDERING);
            nodes.right.postReceive(6, target, 0, HEADER + 100);
            for (int sent = 0; sent < 2; sent++) {
                final SendBatch batch = nodes.batch().send();
                nodes.toRight(batch);
                complete(batch.localMemory(source, 0, 100), nodes.left);
                assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.awaitCompletion());
            }

            assertEquals(6, nodes.right.completions.workRequestId(0));
            TestMemory.assertSame(source, 0, target, HEADER, 100);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void writesAndSendsOverAnUnreliableConnection(final DevicePair devices) {
        final ConnectedPair.Setup extended = new UnreliableConnectionTest.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side side) {
                return Unsupported.orSkip(() -> side.domain.createExtendedQueuePair(
                    configuration(side.queue).withScatterGatherElements(1, 1), SendOperation.WRITE,
                    SendOperation.WRITE_WITH_IMMEDIATE, SendOperation.SEND));
            }
        };
        try (ConnectedPair pair = new ConnectedPair(devices, extended, new UnreliableConnectionTest.Setup())) {
            final MemoryRegion source = TestMemory.region(pair.left, 3000, SEED);
            final MemoryRegion target = TestMemory.zeros(pair.right, 3000, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            pair.right.postReceive(1, target, 0, 1000);
            pair.right.post(ReceiveRequest.allocate(0).workRequestId(2));

            final SendBatch batch = ((ExtendedQueuePair) pair.left.queuePair).start();
            batch.send().localMemory(source, 0, 1000);
            batch.write(target.iova() + 1000, target.rkey()).localMemory(source, 1000, 1000);
            batch.workRequestId(3).signal(true).writeWithImmediate(target.iova() + 2000, target.rkey(), 9)
                .localMemory(source, 2000, 1000);
            assertEquals(3, batch.complete());

            assertEquals(WorkCompletionStatus.SUCCESS, pair.left.awaitCompletion());
            assertEquals(3, pair.left.completions.workRequestId(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(1000, pair.right.completions.byteLength(0));
            assertEquals(WorkCompletionStatus.SUCCESS, pair.right.awaitCompletion());
            assertEquals(9, pair.right.completions.immediateData(0));
            TestMemory.assertSame(source, 0, target, 0, 3000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isCreatedInStateResetWithTheSizesItWasAskedFor(final DevicePair devices) {
        devices.require();
        final int buffers = Unsupported.isRxe(devices.left()) ? 1 : 2;
        try (Context context = devices.left().open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             ExtendedQueuePair connection = Unsupported.orSkip(() -> domain.createExtendedQueuePair(
                 QueuePairConfiguration.unreliableConnection(queue), SendOperation.SEND));
             ExtendedQueuePair datagrams = Unsupported.orSkip(() -> domain.createExtendedQueuePair(
                 QueuePairConfiguration.unreliableDatagram(queue).withSendRequests(20).withReceiveRequests(30)
                     .withScatterGatherElements(buffers, 3), SendOperation.SEND))) {
            assertEquals(QueuePairState.RESET, connection.query().state());
            assertEquals(QueuePairType.UNRELIABLE_CONNECTION, connection.configuration().type());
            assertEquals(QueuePairState.RESET, datagrams.query().state());
            final QueuePairConfiguration given = datagrams.configuration();
            assertEquals(QueuePairType.UNRELIABLE_DATAGRAM, given.type());
            assertTrue(given.sendRequests() >= 20 && given.receiveRequests() >= 30
                && given.sendScatterGatherElements() >= buffers && given.receiveScatterGatherElements() >= 3,
                given::toString);
        }
    }
}
