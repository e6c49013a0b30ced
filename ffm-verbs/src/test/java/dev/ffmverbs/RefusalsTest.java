// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a device cannot do is refused by an exception that names the device, the verb, and what does have it. */
class RefusalsTest {

    private static final int LID = 7;

    private static void assertUnsupported(
        final DevicePair devices, final String verb, final String alternative, final Executable call) {
        final UnsupportedVerbException refused = assertThrows(UnsupportedVerbException.class, call);
        assertEquals(verb, refused.verb());
        assertEquals(devices.left().name(), refused.deviceName());
        assertTrue(refused.getMessage().contains(devices.left().name())
            && refused.getMessage().contains(verb) && refused.getMessage().contains(alternative), refused.getMessage());
    }

    private static void requireEthernet(final DevicePair devices) {
        devices.requireManualConnections();
        try (Context context = devices.left().open()) {
            assumeTrue(context.portAttributes(1).linkLayer() == LinkLayer.ETHERNET,
                () -> devices.left() + " is no RoCE device");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aPathWithoutAGidIsRefusedOnRoce(final DevicePair devices) {
        requireEthernet(devices);
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final AddressVector path = AddressVector.ofLocalIdentifier(LID, 1);
            assertUnsupported(devices, "ibv_create_ah", "InfiniBand",
                () -> nodes.left.side.domain.createAddressHandle(path));
        }
        try (ConnectedPair pair = new ConnectedPair(devices)) {
            final QueuePair queuePair = pair.left.opens(
                pair.left.domain.createQueuePair(QueuePairConfiguration.reliableConnection(pair.left.queue)));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access(Access.REMOTE_READ));
            assertUnsupported(devices, "ibv_modify_qp", "InfiniBand", () -> queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE).pathMtu(PathMtu.MTU_1024)
                    .addressVector(AddressVector.ofLocalIdentifier(LID, 1)).destinationQueuePair(2)
                    .receivePacketSequenceNumber(1).maximumIncomingReads(1).minimumRnrTimer(1)));
            assertEquals(QueuePairState.INIT, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anUnreliableConnectionIsNotCreatedForOperationsThatThePeerAnswers(final DevicePair devices) {
        devices.requireManualConnections();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(4)) {
            final QueuePairConfiguration unreliable = QueuePairConfiguration.unreliableConnection(queue);
            for (final SendOperation operation : new SendOperation[] {SendOperation.READ,
                SendOperation.COMPARE_AND_SWAP, SendOperation.FETCH_AND_ADD, SendOperation.FLUSH,
                SendOperation.ATOMIC_WRITE}) {
                assertUnsupported(devices, "ibv_create_qp_ex", operation.verb() + ", a reliable one",
                    () -> domain.createExtendedQueuePair(unreliable, SendOperation.WRITE, operation));
            }
        }
    }

    /** FLUSH came with rdma-core 47 and Linux 6.2. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anOperationThatThisLibraryDoesNotKnowIsRefusedWithTheVersionThatDoes(final DevicePair devices) {
        devices.requireManualConnections();
        try (Context context = devices.left().open(); ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(4)) {
            final QueuePairConfiguration reliable = QueuePairConfiguration.reliableConnection(queue);
            try {
                domain.createExtendedQueuePair(reliable, SendOperation.FLUSH).close();
            } catch (final UnsupportedVerbException refused) {
                assertUnsupported(devices, "ibv_wr_flush",
                    refused.getMessage().contains("rdma-core 47") ? "rdma-core 47" : "Linux 6.2",
                    () -> domain.createExtendedQueuePair(reliable, SendOperation.FLUSH));
            }
            if (Unsupported.isRxe(devices.left()) && !Unsupported.isNewRxe(devices.left())) {
                assertUnsupported(devices, "ibv_reg_mr", "Linux 6.2",
                    () -> domain.allocate(64, Access.LOCAL_WRITE, Access.FLUSH_GLOBAL));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aGroupThatIsNotJoinedCannotBeLeft(final DevicePair devices) {
        devices.requireManualConnections();
        try (DatagramNodes nodes = new DatagramNodes(devices)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            final VerbsException refused = assertThrows(VerbsException.class,
                () -> queuePair.detachMulticast(Gid.of(TestedAddresses.newGroup()), 0));
            assertEquals("ibv_detach_mcast", refused.verb());
            assertTrue(refused.getMessage().contains("attachMulticast"), refused.getMessage());
        }
    }
}
