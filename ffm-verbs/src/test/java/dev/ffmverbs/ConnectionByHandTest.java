// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.spi.Errno;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connects queue pairs by hand, with one call before the exchange of addresses and one after. */
class ConnectionByHandTest {

    private static final long SEED = 71;
    private static final int BYTES = 5000;
    private static final Access[] ALL = {Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC};

    /** Two ends that are not connected. */
    private static final class Ends implements AutoCloseable {
        final ConnectedPair.Side left;
        final ConnectedPair.Side right;

        Ends(final DevicePair devices, final Function<CompletionQueue, QueuePairConfiguration> configuration) {
            devices.require();
            final ConnectedPair.Setup setup = new ConnectedPair.Setup() {
                @Override
                QueuePairConfiguration configuration(final CompletionQueue queue) {
                    return configuration.apply(queue);
                }

                @Override
                QueuePair queuePair(final ConnectedPair.Side side) {
                    return Unsupported.orSkip(() -> super.queuePair(side));
                }
            };
            left = new ConnectedPair.Side(devices.left(), setup);
            right = new ConnectedPair.Side(devices.right(), setup);
        }

        static Ends reliable(final DevicePair devices) {
            return new Ends(devices, QueuePairConfiguration::reliableConnection);
        }

        /** Prepares both ends and connects them, and takes the addresses through bytes as a wire does. */
        void connect(final QueuePairAttributes leftAttributes, final QueuePairAttributes rightAttributes) {
            final QueuePairAddress own = left.queuePair.prepare(left.gid, leftAttributes);
            final QueuePairAddress peer = right.queuePair.prepare(right.gid, rightAttributes);
            left.queuePair.connect(QueuePairAddress.ofBytes(peer.toBytes()));
            right.queuePair.connect(QueuePairAddress.ofBytes(own.toBytes()));
        }

        @Override
        public void close() {
            left.close();
            right.close();
        }
    }

    private static QueuePairAttributes attributes() {
        return new QueuePairAttributes();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void twoCallsAtEachEndConnectAReliableConnection(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final MemoryRegion source = TestMemory.region(ends.left, BYTES, SEED, Access.REMOTE_READ);
            final MemoryRegion target = TestMemory.zeros(ends.right, 2 * BYTES, Access.LOCAL_WRITE,
                Access.REMOTE_WRITE);
            final QueuePairAddress own = ends.left.queuePair.prepare(ends.left.gid, ALL);
            final QueuePairAddress peer = ends.right.queuePair.prepare(ends.right.gid, ALL);
            assertEquals(QueuePairState.INIT, ends.right.queuePair.state());
            ends.right.postReceive(1, target, 0, BYTES);

            ends.left.queuePair.connect(peer);
            ends.right.queuePair.connect(own);

            assertEquals(QueuePairState.READY_TO_SEND, ends.left.queuePair.state());
            assertEquals(QueuePairState.READY_TO_SEND, ends.right.queuePair.state());
            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(
                SendRequest.allocate(1).send().localMemory(source, 0, BYTES)));
            assertEquals(WorkCompletionStatus.SUCCESS, ends.right.awaitCompletion());
            TestMemory.assertSame(source, 0, target, 0, BYTES);
            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(SendRequest.allocate(1)
                .write(target.iova() + BYTES, target.rkey()).localMemory(source, 0, BYTES)));
            TestMemory.assertSame(source, 0, target, BYTES, BYTES);
            assertEquals(WorkCompletionStatus.SUCCESS, ends.right.execute(SendRequest.allocate(1)
                .read(source.iova(), source.rkey()).localMemory(target, 0, BYTES)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void withoutAChoiceTheDefaultGidIsUsed(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final QueuePairAddress own = ends.left.queuePair.prepare();
            final QueuePairAddress peer = ends.right.queuePair.prepare(Access.REMOTE_READ);
            ends.left.queuePair.connect(peer);
            ends.right.queuePair.connect(own);

            assertEquals(ends.left.context.defaultGid(1).gid(), own.gid());
            final MemoryRegion source = TestMemory.region(ends.right, BYTES, SEED, Access.REMOTE_READ);
            final MemoryRegion target = TestMemory.zeros(ends.left, BYTES, Access.LOCAL_WRITE);
            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(SendRequest.allocate(1)
                .read(source.iova(), source.rkey()).localMemory(target, 0, BYTES)));
            TestMemory.assertSame(source, 0, target, 0, BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anUnreliableConnectionHasNeitherTimersNorReads(final DevicePair devices) {
        try (Ends ends = new Ends(devices, QueuePairConfiguration::unreliableConnection)) {
            ends.connect(attributes(), attributes().access(Access.REMOTE_WRITE));

            assertEquals(QueuePairState.READY_TO_SEND, ends.left.queuePair.state());
            final MemoryRegion source = TestMemory.region(ends.left, BYTES, SEED);
            final MemoryRegion target = TestMemory.zeros(ends.right, BYTES, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
            ends.right.postReceive(1, target, 0, BYTES);
            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(SendRequest.allocate(1)
                .writeWithImmediate(target.iova(), target.rkey(), 5).localMemory(source, 0, BYTES)));
            assertEquals(WorkCompletionStatus.SUCCESS, ends.right.awaitCompletion());
            TestMemory.assertSame(source, 0, target, 0, BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void datagramsAreAddressedByTheSameAddress(final DevicePair devices) {
        try (Ends ends = new Ends(devices, QueuePairConfiguration::unreliableDatagram)) {
            ends.left.queuePair.prepare(ends.left.gid);
            final QueuePairAddress peer =
                QueuePairAddress.ofBytes(ends.right.queuePair.prepare(ends.right.gid).toBytes());
            assertEquals(QueuePairState.READY_TO_SEND, ends.right.queuePair.state());
            final MemoryRegion source = TestMemory.region(ends.left, 64, SEED);
            final MemoryRegion target =
                TestMemory.zeros(ends.right, GlobalRoutingHeader.BYTES + 64, Access.LOCAL_WRITE);
            ends.right.postReceive(1, target, 0, target.lengthBytes());
            final AddressHandle handle = ends.left.opens(
                Unsupported.orSkip(() -> ends.left.queuePair.createAddressHandle(peer)));

            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(SendRequest.allocate(1).send()
                .localMemory(source, 0, 64).to(handle, peer.number(), peer.queueKey())));

            assertEquals(WorkCompletionStatus.SUCCESS, ends.right.awaitCompletion());
            TestMemory.assertSame(source, 0, target, GlobalRoutingHeader.BYTES, 64);
            final VerbsException refused =
                assertThrows(VerbsException.class, () -> ends.left.queuePair.connect(peer));
            assertTrue(refused.getMessage().contains("createAddressHandle"), refused::getMessage);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void bothEndsUseTheSmallerMtuAndAsManyReadsAsThePeerAnswers(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            ends.connect(attributes().pathMtu(PathMtu.MTU_256), attributes().maximumIncomingReads(4));

            final QueuePairAttributes left = ends.left.queuePair.query();
            final QueuePairAttributes right = ends.right.queuePair.query();
            assertEquals(PathMtu.MTU_256, left.pathMtu());
            assertEquals(PathMtu.MTU_256, right.pathMtu());
            assertEquals(4, left.maximumOutgoingReads());
            assertEquals(4, right.maximumIncomingReads());
            assertEquals(left.sendPacketSequenceNumber(), right.receivePacketSequenceNumber());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anEndThatWantsNoReadsHasNone(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            ends.left.queuePair.prepare(ends.left.gid, attributes().maximumOutgoingReads(0));
            ends.left.queuePair.connect(ends.right.queuePair.prepare(ends.right.gid));

            assertEquals(0, ends.left.queuePair.query().maximumOutgoingReads());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void readsThatThePeerDoesNotAnswerAreRefusedAtBothEnds(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final QueuePairAddress own =
                ends.left.queuePair.prepare(ends.left.gid, attributes().maximumOutgoingReads(8));
            final QueuePairAddress peer =
                ends.right.queuePair.prepare(ends.right.gid, attributes().maximumIncomingReads(4));

            final VerbsException atLeft =
                assertThrows(VerbsException.class, () -> ends.left.queuePair.connect(peer));
            final VerbsException atRight =
                assertThrows(VerbsException.class, () -> ends.right.queuePair.connect(own));

            assertEquals(Errno.EINVAL, atLeft.errno());
            for (final VerbsException refused : List.of(atLeft, atRight)) {
                assertTrue(refused.getMessage().contains("must have 8 READ or atomic requests"), refused::getMessage);
                assertTrue(refused.getMessage().contains("answers 4"), refused::getMessage);
            }
            assertEquals(QueuePairState.INIT, ends.left.queuePair.state());
            assertEquals(QueuePairState.INIT, ends.right.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void everyAttributeThatIsSetReplacesItsDefault(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final QueuePairAddress own = ends.left.queuePair.prepare(ends.left.gid,
                attributes().sendPacketSequenceNumber(0x123456).timeout(17).retryCount(5).rnrRetryCount(3)
                    .minimumRnrTimer(9).maximumOutgoingReads(2));
            ends.left.queuePair.connect(ends.right.queuePair.prepare(ends.right.gid),
                path -> path.withTrafficClass(104));

            final QueuePairAttributes read = ends.left.queuePair.query();
            assertEquals(0x123456, own.packetSequenceNumber());
            assertEquals(0x123456, read.sendPacketSequenceNumber());
            assertEquals(17, read.timeout());
            assertEquals(5, read.retryCount());
            assertEquals(3, read.rnrRetryCount());
            assertEquals(9, read.minimumRnrTimer());
            assertEquals(2, read.maximumOutgoingReads());
            assertEquals(104, read.addressVector().trafficClass());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void whatCannotBePreparedIsRefusedBeforeAnythingIsChanged(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final GidEntry gid = ends.left.gid;
            final GidEntry elsewhere =
                new GidEntry(new Gid(gid.gid().high(), gid.gid().low() ^ 1 << 20), gid.index(), 1, gid.type(), 0);
            final int reads = ends.left.context.attributes().maximumIncomingReads();

            assertRefused("is no entry of the GID table", ends, elsewhere, attributes());
            assertRefused("IBV_QP_STATE", ends, gid, attributes().state(QueuePairState.INIT));
            assertRefused("IBV_QP_AV", ends, gid, attributes().destination(gid.gid(), 0, 1));
            assertRefused("IBV_QP_QKEY", ends, gid, attributes().queueKey(1));
            if (reads < 255) {
                assertRefused("has at most " + reads, ends, gid, attributes().maximumIncomingReads(reads + 1));
            }
            if (ends.left.context.portAttributes(1).activeMtu() != PathMtu.MTU_4096) {
                assertRefused("has the active MTU", ends, gid, attributes().pathMtu(PathMtu.MTU_4096));
            }
            if (devices.left().retriesForEverAtSeven()) {
                assertRefused("retryCount 7", ends, gid, attributes().retryCount(7));
            }
            assertEquals(QueuePairState.RESET, ends.left.queuePair.state());
        }
    }

    private static void assertRefused(
        final String reason, final Ends ends, final GidEntry source, final QueuePairAttributes attributes) {
        final IllegalArgumentException refused = assertThrows(
            IllegalArgumentException.class, () -> ends.left.queuePair.prepare(source, attributes));
        assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void callsInAnotherOrderAreRefused(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            final QueuePairAddress peer = ends.right.queuePair.prepare(ends.right.gid);

            final IllegalStateException unprepared =
                assertThrows(IllegalStateException.class, () -> ends.left.queuePair.connect(peer));
            assertTrue(unprepared.getMessage().contains("call prepare"), unprepared::getMessage);

            ends.left.queuePair.prepare(ends.left.gid);
            ends.left.queuePair.connect(peer);
            assertThrows(VerbsException.class, () -> ends.left.queuePair.connect(peer));
            final VerbsException connected =
                assertThrows(VerbsException.class, () -> ends.left.queuePair.prepare(ends.left.gid));
            assertTrue(connected.getMessage().contains("cannot go from READY_TO_SEND to INIT"),
                connected::getMessage);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void afterResetItIsPreparedAgainWithAnotherSequence(final DevicePair devices) {
        try (Ends ends = Ends.reliable(devices)) {
            ends.connect(attributes(), attributes());
            final int first = ends.left.queuePair.query().sendPacketSequenceNumber();
            ends.left.queuePair.modify(attributes().state(QueuePairState.RESET));
            ends.right.queuePair.modify(attributes().state(QueuePairState.RESET));

            ends.connect(attributes(), attributes().access(Access.REMOTE_WRITE));

            assertNotEquals(first, ends.left.queuePair.query().sendPacketSequenceNumber());
            assertEquals(WorkCompletionStatus.SUCCESS, ends.left.execute(SendRequest.allocate(0).write(0, 0)));
        }
    }

    @Test
    void iwarpIsConnectedByTheConnectionManagerOnly() {
        final Device iwarp = Verbs.devices().stream()
            .filter(device -> device.transportType() == TransportType.IWARP).findFirst().orElse(null);
        assumeTrue(iwarp != null, "this machine has no iWARP device");
        try (Context context = iwarp.open();
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(4);
             QueuePair queuePair =
                 domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue))) {
            final UnsupportedVerbException refused =
                assertThrows(UnsupportedVerbException.class, () -> queuePair.prepare(Access.REMOTE_READ));
            assertTrue(refused.getMessage().contains("ConnectionManager"), refused::getMessage);
        }
    }
}
