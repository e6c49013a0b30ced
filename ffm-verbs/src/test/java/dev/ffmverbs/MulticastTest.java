// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.spi.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests datagrams to multicast groups. */
class MulticastTest {

    private static final long SEED = 44;
    private static final int HEADER = GlobalRoutingHeader.BYTES;
    private static final int EVERY_MEMBER = 0xFF_FFFF;
    private static final int NO_LID = 0;

    /** A group that nobody else uses, and the membership of the host, which a driver does not care for. */
    private static final class Group implements AutoCloseable {
        final InetAddress address;
        final Gid gid;
        private final DatagramChannel member;

        Group(final DatagramNodes nodes) throws IOException {
            address = TestedAddresses.newGroup();
            gid = Gid.of(address);
            member = DatagramChannel.open(
                TestedAddresses.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
            for (final ConnectedPair.Side side : new ConnectedPair.Side[] {nodes.left.side, nodes.right.side}) {
                final NetworkInterface joined = NetworkInterface.getByInetAddress(side.gid.gid().address());
                if (joined != null) {
                    member.join(address, joined);
                }
            }
        }

        SendRequest addressed(final SendRequest send, final ConnectedPair.Side sender) {
            final AddressHandle handle =
                sender.opens(sender.domain.createAddressHandle(gid, sender.gid.index(), 1));
            return send.to(handle, EVERY_MEMBER, DatagramNodes.QUEUE_KEY);
        }

        @Override
        public void close() throws IOException {
            member.close();
        }
    }

    /** Attaches a queue pair, or skips the test if its device has no multicast. */
    private static void attach(final ConnectedPair.Side side, final QueuePair queuePair, final Group group) {
        Unsupported.orSkip(() -> DevicePair.inNamespaceOf(
            side.context.device(), () -> queuePair.attachMulticast(group.gid, NO_LID)));
    }

    private static void attach(final ConnectedPair.Side side, final Group group) {
        attach(side, side.queuePair, group);
    }

    private static MemoryRegion postReceive(final ConnectedPair.Side side, final int bytes) {
        final MemoryRegion target = TestMemory.zeros(side, HEADER + bytes, Access.LOCAL_WRITE);
        side.postReceive(1, target, 0, HEADER + bytes);
        return target;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aMemberReceivesWhatIsSentToItsGroup(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes)) {
            final MemoryRegion source = TestMemory.region(nodes.left.side, 100, SEED);
            final MemoryRegion target = postReceive(nodes.right.side, 100);
            attach(nodes.right.side, group);

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.left.side.execute(group.addressed(
                SendRequest.allocate(1).sendWithImmediate(9), nodes.left.side).localMemory(source, 0, 100)));

            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            final WorkCompletions received = nodes.right.side.completions;
            assertEquals(9, received.immediateData(0));
            assertEquals(HEADER + 100, received.byteLength(0));
            assertEquals(nodes.left.side.queuePair.number(), received.sourceQueuePairNumber(0));
            TestMemory.assertSame(source, 0, target, HEADER, 100);
            assertEquals(nodes.left.side.gid.gid(), GlobalRoutingHeader.source(target.segment(), 0));
            assertEquals(group.gid, GlobalRoutingHeader.destination(target.segment(), 0));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void everyMemberReceivesADatagramOnceAlsoTheSender(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes)) {
            requireOwnInterfaces(devices);
            final ConnectedPair.Side left = nodes.left.side;
            final ConnectedPair.Side right = nodes.right.side;
            attach(right, group);
            attach(left, group);
            attach(left, group);
            for (int i = 0; i < 2; i++) {
                postReceive(left, 0);
                postReceive(right, 0);
            }

            left.post(group.addressed(SendRequest.allocate(0).sendWithImmediate(9), left).signal(false));

            for (final ConnectedPair.Side member : new ConnectedPair.Side[] {left, right}) {
                assertEquals(WorkCompletionStatus.SUCCESS, member.awaitCompletion());
                assertEquals(9, member.completions.immediateData(0));
            }
            left.awaitQuiet();
            right.awaitQuiet();
        }
    }

    /** Java does not tell at which interface of the machine a datagram to a channel arrived. */
    private static void requireOwnInterfaces(final DevicePair devices) {
        Assumptions.assumeFalse(TestedAddresses.isIpv6() && !devices.left().equals(devices.right())
            && Stream.of(devices.left(), devices.right()).filter(device -> !Unsupported.isRxe(device))
                .anyMatch(device -> SoftRoceDevices.describeSocket(device.name()).orElse("").startsWith("channel")),
            "a software device over a channel receives what arrives at any interface that is a member");
    }

    /** Linux would count a second attachment, which it cannot end on Ethernet, and not destroy the queue pair. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aGroupHasOneLid(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes)) {
            final QueuePair queuePair = nodes.left.side.queuePair;
            attach(nodes.left.side, group);

            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> queuePair.attachMulticast(group.gid, 5)).errno());
            assertEquals(Errno.EINVAL,
                assertThrows(VerbsException.class, () -> queuePair.detachMulticast(group.gid, 5)).errno());
            queuePair.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void whoIsNoMemberOrHasAnotherKeyReceivesNothing(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes);
             Group other = new Group(nodes)) {
            final QueuePair queuePair = nodes.right.side.queuePair;
            attach(nodes.right.side, group);
            postReceive(nodes.right.side, 0);
            final ConnectedPair.Side sender = nodes.left.side;

            assertEquals(WorkCompletionStatus.SUCCESS,
                sender.execute(other.addressed(SendRequest.allocate(0).sendWithImmediate(1), sender)));
            assertEquals(WorkCompletionStatus.SUCCESS,
                sender.execute(group.addressed(SendRequest.allocate(0).sendWithImmediate(2), sender)
                    .to(sender.opens(sender.domain.createAddressHandle(group.gid, sender.gid.index(), 1)),
                        EVERY_MEMBER, DatagramNodes.QUEUE_KEY + 1)));
            nodes.right.side.awaitQuiet();
            assertEquals(WorkCompletionStatus.SUCCESS,
                sender.execute(group.addressed(SendRequest.allocate(0).sendWithImmediate(3), sender)));
            assertEquals(WorkCompletionStatus.SUCCESS, nodes.right.side.awaitCompletion());
            assertEquals(3, nodes.right.side.completions.immediateData(0));

            queuePair.detachMulticast(group.gid, NO_LID);
            postReceive(nodes.right.side, 0);
            assertEquals(WorkCompletionStatus.SUCCESS,
                sender.execute(group.addressed(SendRequest.allocate(0).sendWithImmediate(4), sender)));
            nodes.right.side.awaitQuiet();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatIsNoGroupAndQueuePairsOfConnections(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes)) {
            final ConnectedPair.Side left = nodes.left.side;
            attach(left, group);

            assertRefused("ibv_attach_mcast", () -> left.queuePair.attachMulticast(left.gid.gid(), NO_LID));
            assertRefused("ibv_detach_mcast", () -> left.queuePair.detachMulticast(new Gid(0, 1), NO_LID));
            left.queuePair.detachMulticast(group.gid, NO_LID);
            assertRefused("ibv_detach_mcast", () -> left.queuePair.detachMulticast(group.gid, NO_LID));
            assertThrows(IllegalArgumentException.class, () -> left.queuePair.attachMulticast(group.gid, 0x1_0000));
            assertThrows(IllegalArgumentException.class, () -> left.queuePair.attachMulticast(group.gid, -1));
            try (QueuePair connection =
                     left.domain.createQueuePair(QueuePairConfiguration.reliableConnection(left.queue))) {
                assertRefused("ibv_attach_mcast", () -> connection.attachMulticast(group.gid, NO_LID));
            }
        }
    }

    private static void assertRefused(final String verb, final Runnable call) {
        final VerbsException refused = assertThrows(VerbsException.class, call::run);
        assertEquals(verb, refused.verb());
        assertEquals(Errno.EINVAL, refused.errno(), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueuePairThatIsAttachedCanBeClosedAndTheOthersStayMembers(final DevicePair devices) throws IOException {
        try (DatagramNodes nodes = new DatagramNodes(devices); Group group = new Group(nodes)) {
            final ConnectedPair.Side right = nodes.right.side;
            attach(right, group);
            final QueuePair another = new DatagramNodes.Setup().queuePair(right);
            DatagramNodes.makeReady(another);
            attach(right, another, group);

            another.close();

            assertThrows(IllegalStateException.class, () -> another.attachMulticast(group.gid, NO_LID));
            postReceive(right, 0);
            final ConnectedPair.Side left = nodes.left.side;
            left.post(group.addressed(SendRequest.allocate(0).sendWithImmediate(9), left));
            assertEquals(WorkCompletionStatus.SUCCESS, right.awaitCompletion());
            assertTrue(right.completions.hasGlobalRoutingHeader(0));
        }
    }
}
