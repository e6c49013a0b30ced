// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.AddressVector;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.Gid;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests multicast groups that are joined by a connection manager. */
@Timeout(60)
class MulticastMembershipTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int EVERY_MEMBER = 0xFF_FFFF;

    /**
     * Joins, or skips the test if the device has no multicast. Linux joins no groups of IPv6 over RoCE v2 ({@code
     * cma_iboe_join_multicast}).
     */
    private static MulticastMembership join(
        final DatagramNode node, final InetAddress group, final MulticastRole role) {
        final MulticastMembership[] membership = new MulticastMembership[1];
        try {
            DevicePair.inNamespaceOf(node.context.device(), () -> membership[0] =
                node.manager.datagrams().join(node.anyPort(), group, role, node.queuePair, LIMIT));
        } catch (final ConnectionException e) {
            if (e.getCause() instanceof final ProviderException refused && refused.errno() == Errno.ENOTSUPP) {
                Assumptions.abort(e.getMessage());
            }
            throw e;
        }
        return membership[0];
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aMemberReceivesWhatASenderSendsUntilItLeaves(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final InetAddress group = TestedAddresses.newGroup();
        try (DatagramNode sender = new DatagramNode(devices.left());
             DatagramNode member = new DatagramNode(devices.right());
             MulticastMembership sending = join(sender, group, MulticastRole.SENDER)) {
            final MulticastMembership receiving = join(member, group, MulticastRole.MEMBER);
            member.postReceive();
            sender.postReceive();
            sender.send(11, sending);

            assertEquals(11, member.receive());
            assertEquals(sender.queuePair.number(), member.completions.immediateData(0));
            assertTrue(sender.isQuiet(), "a sender received what it sent");

            receiving.close();
            receiving.close();
            member.postReceive();
            sender.send(12, sending);
            assertTrue(member.isQuiet(), "it has left");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theMembershipTellsWhereDatagramsToTheGroupGo(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final InetAddress group = TestedAddresses.newGroup();
        try (DatagramNode node = new DatagramNode(devices.left());
             MulticastMembership membership = join(node, group, MulticastRole.MEMBER)) {
            assertEquals(group, membership.group());
            assertEquals(MulticastRole.MEMBER, membership.role());
            assertEquals(node.queuePair, membership.queuePair());
            assertEquals(Gid.of(group), membership.path().destination());
            assertEquals(EVERY_MEMBER, membership.queuePairNumber());
            assertEquals(Datagrams.QUEUE_KEY, membership.queueKey());

            node.postReceive();
            // Of the two completions, that of the receive may be the first.
            node.send(5, membership);
            assertEquals(5, node.receive());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void twoGroupsAreJoinedWithOneQueuePair(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        try (DatagramNode sender = new DatagramNode(devices.left());
             DatagramNode member = new DatagramNode(devices.right())) {
            final InetAddress first = TestedAddresses.newGroup();
            final InetAddress second = TestedAddresses.newGroup();
            try (MulticastMembership toFirst = join(sender, first, MulticastRole.SENDER);
                 MulticastMembership toSecond = join(sender, second, MulticastRole.SENDER);
                 MulticastMembership ofSecond = join(member, second, MulticastRole.MEMBER)) {
                join(member, first, MulticastRole.MEMBER).close();
                member.postReceive();
                sender.send(1, toFirst);
                assertTrue(member.isQuiet(), "it has left the first group");
                sender.send(2, toSecond);
                assertEquals(2, member.receive());
                assertEquals(second, ofSecond.group());
            }
        }
    }

    /** The queue pair is confined to another thread, so that only that thread can detach it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aQueuePairThatCouldNotBeDetachedIsDetachedByTheNextClose(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        try (ExecutorService owner = Executors.newSingleThreadExecutor();
             DatagramNode node = new DatagramNode(devices.left())) {
            final MulticastMembership membership = join(node, TestedAddresses.newGroup(), MulticastRole.MEMBER);
            final AddressVector path = membership.path();
            owner.submit(node.queuePair::confine).get();
            assertThrows(WrongThreadException.class, membership::close);

            owner.submit(membership::close).get();

            owner.submit(() -> {
                final VerbsException notAttached = assertThrows(VerbsException.class,
                    () -> node.queuePair.detachMulticast(path.destination(), path.localIdentifier()));
                assertEquals(Errno.EINVAL, notAttached.errno());
                node.queuePair.close();
            }).get();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anyThreadLeavesOnceTheThreadOfTheQueuePairHasEnded(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        try (DatagramNode node = new DatagramNode(devices.left())) {
            final MulticastMembership membership = join(node, TestedAddresses.newGroup(), MulticastRole.MEMBER);
            final AddressVector path = membership.path();
            final Thread owner = Thread.ofPlatform().start(node.queuePair::confine);
            owner.join();

            membership.close();

            assertEquals(Errno.EINVAL, assertThrows(VerbsException.class,
                () -> node.queuePair.detachMulticast(path.destination(), path.localIdentifier())).errno());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theManagerStaysOpenWhileThereIsAMembershipAndTheQueuePairMayBeClosedBefore(final DevicePair devices)
        throws Exception {
        DatagramNode.require(devices);
        final InetAddress group = TestedAddresses.newGroup();
        try (DatagramNode node = new DatagramNode(devices.left())) {
            final MulticastMembership membership = join(node, group, MulticastRole.MEMBER);
            final String refusal = assertThrows(IllegalStateException.class, node.manager::close).getMessage();
            assertTrue(refusal.contains("MulticastMembership"), refusal);

            node.queuePair.close();
            membership.close();
            node.manager.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatIsNoGroupAndATimeLimitThatHasPassed(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final InetAddress group = TestedAddresses.newGroup();
        try (DatagramNode node = new DatagramNode(devices.left())) {
            final Datagrams datagrams = node.manager.datagrams();
            assertThrows(IllegalArgumentException.class, () -> datagrams.join(
                node.anyPort(), node.address, MulticastRole.MEMBER, node.queuePair, LIMIT));
            assertEquals(Reason.TIMED_OUT, assertThrows(ConnectionException.class, () -> datagrams.join(
                node.anyPort(), group, MulticastRole.MEMBER, node.queuePair, Duration.ZERO)).reason());
            node.manager.close();
            assertThrows(IllegalStateException.class, () -> datagrams.join(
                node.anyPort(), group, MulticastRole.MEMBER, node.queuePair, LIMIT));
        }
    }
}
