// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that attributes of queue pairs can be read as they were set, and what is refused by name. */
@Timeout(60)
class QueuePairAttributesTest {

    private static final int QUEUE_KEY = 0x1122_3344;

    private static QueuePairAttributes to(final QueuePairState state) {
        return new QueuePairAttributes().state(state);
    }

    private static ConnectedPair.Side side(final DevicePair devices, final QueuePairType type) {
        devices.require();
        return new ConnectedPair.Side(devices.left(), new ConnectedPair.Setup() {
            @Override
            QueuePair queuePair(final ConnectedPair.Side made) {
                return Unsupported.orSkip(() -> made.domain.createQueuePair(configurationOf(type, made.queue)));
            }
        });
    }

    private static QueuePairConfiguration configurationOf(final QueuePairType type, final CompletionQueue queue) {
        return switch (type) {
            case RELIABLE_CONNECTION -> QueuePairConfiguration.reliableConnection(queue);
            case UNRELIABLE_CONNECTION -> QueuePairConfiguration.unreliableConnection(queue);
            case UNRELIABLE_DATAGRAM -> QueuePairConfiguration.unreliableDatagram(queue);
        };
    }

    private static AddressVector path(final ConnectedPair.Side side) {
        return AddressVector.of(side.gid.gid(), side.gid.index(), 1).withTrafficClass(0x68).withFlowLabel(0x1_2345)
            .withHopLimit(17);
    }

    private static void assertSamePath(final AddressVector expected, final AddressVector actual) {
        assertEquals(expected.destination(), actual.destination());
        assertEquals(expected.sourceGidIndex(), actual.sourceGidIndex());
        assertEquals(expected.port(), actual.port());
        assertEquals(expected.trafficClass(), actual.trafficClass());
        assertEquals(expected.flowLabel(), actual.flowLabel());
        assertTrue(actual.hopLimit() > 0, "RoCE drivers take the hop limit of the route");
        assertTrue(actual.isGlobal());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aReliableConnectionTellsAllThatItWasGiven(final DevicePair devices) {
        devices.requireManualConnections();
        try (ConnectedPair.Side side = side(devices, QueuePairType.RELIABLE_CONNECTION)) {
            final QueuePair queuePair = side.queuePair;
            queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access(Access.REMOTE_READ, Access.REMOTE_ATOMIC));
            assertEquals(Set.of(Access.REMOTE_READ, Access.REMOTE_ATOMIC), remoteRights(queuePair.query()));
            assertEquals(1, queuePair.query().port());
            assertEquals(0, queuePair.query().partitionKeyIndex());
            queuePair.modify(to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_512).addressVector(path(side))
                .destinationQueuePair(0xABCDE).receivePacketSequenceNumber(0x12_3456).maximumIncomingReads(4)
                .minimumRnrTimer(19));
            queuePair.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0x65_4321).timeout(15)
                .retryCount(5).rnrRetryCount(4).maximumOutgoingReads(2));

            final QueuePairAttributes read = queuePair.query();

            assertEquals(QueuePairState.READY_TO_SEND, read.state());
            assertSamePath(path(side), read.addressVector());
            assertEquals(List.of(PathMtu.MTU_512, 0xABCDE, 0x12_3456, 0x65_4321), List.of(read.pathMtu(),
                read.destinationQueuePair(), read.receivePacketSequenceNumber(), read.sendPacketSequenceNumber()));
            assertEquals(List.of(4, 2, 19, 15, 5, 4), List.of(read.maximumIncomingReads(),
                read.maximumOutgoingReads(), read.minimumRnrTimer(), read.timeout(), read.retryCount(),
                read.rnrRetryCount()));
            queuePair.modify(new QueuePairAttributes().currentState(QueuePairState.READY_TO_SEND)
                .access(Access.REMOTE_WRITE).minimumRnrTimer(7));
            assertEquals(Set.of(Access.REMOTE_WRITE), remoteRights(queuePair.query()));
            assertEquals(7, queuePair.query().minimumRnrTimer());
        }
    }

    private static Set<Access> remoteRights(final QueuePairAttributes read) {
        final Set<Access> rights = new HashSet<>(read.remoteAccess());
        rights.remove(Access.LOCAL_WRITE);
        return rights;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAlternatePathIsKeptOnInfiniBandAndRefusedOnRoce(final DevicePair devices) {
        devices.requireManualConnections();
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            final QueuePairAttributes attributes = new QueuePairAttributes().alternatePath(path(pair.left), 0, 9);
            assertSamePath(path(pair.left), attributes.alternateAddressVector());
            assertEquals(0, attributes.alternatePartitionKeyIndex());
            assertEquals(9, attributes.alternateTimeout());
            assertTrue(attributes.toString().startsWith(
                "QueuePairAttributes[alternatePath={AddressVector[destination="), attributes.toString());
            if (pair.left.gid.type() == GidType.INFINIBAND) {
                queuePair.modify(attributes);
                assertSamePath(path(pair.left), queuePair.query().alternateAddressVector());
            } else {
                assertNamed(queuePair, attributes, "IBV_QP_ALT_PATH");
                assertEquals(0, queuePair.query().alternateAddressVector().port());
            }
            assertEquals(pair.right.gid.gid(), queuePair.query().destinationGid(), "the path in use is the first");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theStateOfTheMigrationIsKept(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.queuePair;
            assertEquals(PathMigrationState.MIGRATED, queuePair.query().pathMigrationState());

            queuePair.modify(new QueuePairAttributes().pathMigrationState(PathMigrationState.REARM));

            assertEquals(PathMigrationState.REARM, queuePair.query().pathMigrationState());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aDatagramQueuePairTellsItsKeyAndNothingOfAConnection(final DevicePair devices) {
        try (ConnectedPair.Side side = side(devices, QueuePairType.UNRELIABLE_DATAGRAM)) {
            final QueuePair queuePair = side.queuePair;
            queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).queueKey(QUEUE_KEY));
            queuePair.modify(to(QueuePairState.READY_TO_RECEIVE));
            queuePair.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(69));

            final QueuePairAttributes read = queuePair.query();

            assertEquals(List.of(QUEUE_KEY, 69, 1, 0), List.of(read.queueKey(), read.sendPacketSequenceNumber(),
                read.port(), read.partitionKeyIndex()));
            assertTrue(read.toString().contains("queueKey=0x11223344"), read.toString());
            queuePair.modify(new QueuePairAttributes().queueKey(QUEUE_KEY + 1));
            assertEquals(QUEUE_KEY + 1, queuePair.query().queueKey());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aWrongAttributeIsNamedForEachTypeOfQueuePair(final DevicePair devices) {
        devices.requireManualConnections();
        try (ConnectedPair.Side side = side(devices, QueuePairType.RELIABLE_CONNECTION)) {
            assertNamed(side.queuePair, to(QueuePairState.INIT).port(1).partitionKeyIndex(0).queueKey(1),
                "qp_state=1 (INIT)", "it lacks IBV_QP_ACCESS_FLAGS; it must not have IBV_QP_QKEY");
            side.queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
            assertNamed(side.queuePair, to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
                    .addressVector(path(side)).destinationQueuePair(1).receivePacketSequenceNumber(1),
                "it lacks IBV_QP_MIN_RNR_TIMER, IBV_QP_MAX_DEST_RD_ATOMIC");
            assertNamed(side.queuePair, new QueuePairAttributes().timeout(1), "it must not have IBV_QP_TIMEOUT");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAttributeOfAReliableConnectionIsRefusedByNameOnOthers(final DevicePair devices) {
        try (ConnectedPair.Side side = side(devices, QueuePairType.UNRELIABLE_CONNECTION)) {
            side.queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(Access.REMOTE_WRITE));
            assertNamed(side.queuePair, to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
                    .addressVector(path(side)).destinationQueuePair(1).receivePacketSequenceNumber(1)
                    .maximumIncomingReads(1), "it must not have IBV_QP_MAX_DEST_RD_ATOMIC");
        }
        try (ConnectedPair.Side side = side(devices, QueuePairType.UNRELIABLE_DATAGRAM)) {
            assertNamed(side.queuePair, to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(),
                "it lacks IBV_QP_QKEY; it must not have IBV_QP_ACCESS_FLAGS");
        }
    }

    private static void assertNamed(
        final QueuePair queuePair, final QueuePairAttributes attributes, final String... parts) {
        final VerbsException refused = assertThrows(VerbsException.class, () -> queuePair.modify(attributes));
        assertEquals(Errno.EINVAL, refused.errno());
        assertEquals("ibv_modify_qp", refused.verb());
        for (final String part : parts) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aStateThatIsNotTheAssumedOneIsRefused(final DevicePair devices) {
        devices.requireManualConnections();
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePairAttributes attributes =
                new QueuePairAttributes().currentState(QueuePairState.RESET).minimumRnrTimer(1);
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> pair.left.queuePair.modify(attributes)).errno());
        }
    }

    /** The drivers of hardware that limit the rate are the only ones that have the attribute. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aLimitOnTheRateIsKeptOrRefusedByName(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePairAttributes attributes = new QueuePairAttributes().rateLimitKilobitsPerSecond(1_000_000);
            assertEquals(1_000_000, attributes.rateLimitKilobitsPerSecond());
            try {
                pair.left.queuePair.modify(attributes);
            } catch (final UnsupportedVerbException e) {
                assertTrue(e.getMessage().contains("IBV_QP_RATE_LIMIT"), e.getMessage());
            }
            assertEquals(QueuePairState.READY_TO_SEND, pair.left.queuePair.state());
        }
    }

    @Test
    void numbersOutOfRangeAndConstantsWithoutAValueAreRefused() {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        final AddressVector path = AddressVector.ofLocalIdentifier(1, 1);
        for (final Executable call : List.<Executable>of(
            () -> attributes.pathMtu(PathMtu.UNKNOWN), () -> attributes.pathMigrationState(PathMigrationState.UNKNOWN),
            () -> attributes.alternatePath(path, 0x1_0000, 1), () -> attributes.alternatePath(path, 0, 32),
            () -> attributes.rateLimitKilobitsPerSecond(-1), () -> attributes.rateLimitKilobitsPerSecond(1L << 32))) {
            assertThrows(IllegalArgumentException.class, call);
        }
        assertEquals(0, attributes.mask(), "nothing refused is marked for change");
    }

    @Test
    void nothingSetIsReadAsNothing() {
        final QueuePairAttributes none = new QueuePairAttributes();
        assertEquals(PathMtu.UNKNOWN, none.pathMtu());
        assertEquals(QueuePairState.RESET, none.currentState());
        assertEquals(Set.of(), none.remoteAccess());
        assertEquals(0, none.addressVector().port());
        assertFalse(none.isDraining() || none.notifiesWhenDrained());
        assertTrue(none.notifyWhenDrained(true).notifiesWhenDrained());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anUnreliableConnectionTellsWhatItWasGiven(final DevicePair devices) {
        try (ConnectedPair.Side side = side(devices, QueuePairType.UNRELIABLE_CONNECTION)) {
            final QueuePair queuePair = side.queuePair;
            queuePair.modify(to(QueuePairState.INIT).port(1).partitionKeyIndex(0).access(Access.REMOTE_WRITE));
            queuePair.modify(to(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_512).addressVector(path(side))
                .destinationQueuePair(0x12_3456).receivePacketSequenceNumber(0xAB_CDEF));
            queuePair.modify(to(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0x98_7654));

            final QueuePairAttributes told = queuePair.query();

            assertEquals(QueuePairState.READY_TO_SEND, told.state());
            assertEquals(1, told.port());
            assertEquals(Set.of(Access.REMOTE_WRITE), remoteRights(told));
            assertEquals(PathMtu.MTU_512, told.pathMtu());
            assertEquals(0x12_3456, told.destinationQueuePair());
            assertEquals(0xAB_CDEF, told.receivePacketSequenceNumber());
            assertEquals(0x98_7654, told.sendPacketSequenceNumber());
            assertSamePath(path(side), told.addressVector());
        }
    }
}
