// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what a port reports, with names, and what is found in its tables. */
class PortQueriesTest {

    private static final int FULL_MEMBER = 0x8000;
    private static final int UNKNOWN_PORT = 200;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void findsAGidByAddressAndType(final DevicePair devices) throws Exception {
        devices.require();
        try (Context context = devices.left().open()) {
            for (final GidEntry entry : context.gidTable(1)) {
                final InetAddress address = entry.gid().address();
                final GidEntry found = context.findGid(1, address, entry.type()).orElseThrow();
                assertEquals(entry.gid(), found.gid());
                assertEquals(entry.type(), found.type());
                assertTrue(found.index() <= entry.index(), found.toString());
            }
            assertEquals(Optional.empty(),
                context.findGid(1, InetAddress.getByName("192.0.2.77"), GidType.ROCE_V2));
            final GidEntry chosen = context.defaultGid(1);
            assertEquals(Optional.empty(), context.findGid(1, chosen.gid().address(),
                chosen.type() == GidType.INFINIBAND ? GidType.ROCE_V1 : GidType.INFINIBAND));
            assertThrows(VerbsException.class,
                () -> context.findGid(UNKNOWN_PORT, InetAddress.getByName("192.0.2.77"), GidType.ROCE_V2));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void prefersTheGidThatMostPeersReach(final DevicePair devices) {
        devices.requireOtherThanIwarp("its only GID is the hardware address of its interface");
        try (Context context = devices.left().open()) {
            final GidEntry chosen = context.defaultGid(1);

            assertEquals(Optional.of(chosen), context.gid(1, chosen.index()));
            assertEquals(GidType.ROCE_V2, chosen.type());
            assertEquals(context.gidTable(1).stream()
                .anyMatch(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().isIpv4()), chosen.gid().isIpv4());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void readsEveryPartitionKeyAndFindsItAgain(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final int first = Unsupported.orSkip(() -> context.partitionKey(1, 0));
            assertTrue((first & FULL_MEMBER) != 0, Integer.toHexString(first));
            for (int index = 0; index < context.portAttributes(1).partitionKeyCount(); index++) {
                final int key = context.partitionKey(1, index);
                assertTrue(context.partitionKeyIndex(1, key).orElseThrow() <= index, Integer.toHexString(key));
            }
            assertEquals(OptionalInt.of(0), context.partitionKeyIndex(1, first));
            assertEquals(OptionalInt.empty(), context.partitionKeyIndex(1, 0x1234));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesPartitionKeysThatDoNotExist(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            Unsupported.orSkip(() -> context.partitionKey(1, 0));
            final int count = context.portAttributes(1).partitionKeyCount();
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> context.partitionKey(1, count)).errno());
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> context.partitionKey(UNKNOWN_PORT, 0)).errno());
            assertThrows(VerbsException.class, () -> context.partitionKeyIndex(UNKNOWN_PORT, 0xFFFF));
            assertThrows(IllegalArgumentException.class, () -> context.partitionKey(0, 0));
            assertThrows(IllegalArgumentException.class, () -> context.partitionKey(1, -1));
            assertThrows(IllegalArgumentException.class, () -> context.partitionKeyIndex(1, 0x1_0000));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void looksForAPartitionKeyOnlyInATable(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            boolean hasTable = true;
            try {
                context.partitionKey(1, 0);
            } catch (final UnsupportedVerbException e) {
                hasTable = false;
            }
            if (hasTable) {
                assertTrue(context.partitionKeyIndex(1, context.partitionKey(1, 0)).isPresent());
            } else {
                assertThrows(UnsupportedVerbException.class, () -> context.partitionKeyIndex(1, 0xFFFF));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void describesThePortByNames(final DevicePair devices) {
        devices.require();
        try (Context context = devices.left().open()) {
            final PortAttributes port = context.portAttributes(1);
            final DeviceAttributes device = context.attributes();

            assertEquals(LinkLayer.ETHERNET, port.linkLayer());
            assertEquals(PhysicalPortState.LINK_UP, port.physicalState());
            assertTrue(port.gigabitsPerSecond() > 0, port.toString());
            assertTrue(port.capabilities().contains(PortCapability.CONNECTION_MANAGEMENT), port.toString());
            assertTrue(port.toString().contains("capabilities=[") && port.toString().contains("CONNECTION_MANAGEMENT"),
                port.toString());
            assertTrue(Unsupported.isIwarp(devices.left())
                || device.capabilities().contains(DeviceCapability.RECEIVER_NOT_READY_NAK), device.toString());
            assertTrue(device.atomicCapability() != AtomicCapability.UNKNOWN, device.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void answersForEveryOperationWhetherItsDataArrivesInOrder(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            for (final SendOperation operation : SendOperation.values()) {
                final boolean inOrder =
                    Unsupported.orSkip(() -> pair.left.queuePair.isDataInOrder(operation));
                assertTrue(!inOrder || operation != SendOperation.LOCAL_INVALIDATE, operation.toString());
            }
        }
    }
}
