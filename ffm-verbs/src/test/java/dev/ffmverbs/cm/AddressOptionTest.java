// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests who may have a port together with others. */
@Timeout(60)
class AddressOptionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();
    private static final ConnectionParameters SHARING = DEFAULTS.withAddressOptions(AddressOption.REUSE_ADDRESS);

    private static InetSocketAddress wildcard(final int port) {
        return new InetSocketAddress(TestedAddresses.wildcard(), port);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void connectionsToTwoListenersLeaveFromOnePortIfBothShareIt(final DevicePair devices) {
        devices.require();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             QueuePair secondOfClient = client.newQueuePair(); QueuePair secondOfServer = server.newQueuePair();
             AcceptingListener one = new AcceptingListener(server.manager, server.anyPort(), server.queuePair);
             AcceptingListener two = new AcceptingListener(server.manager, server.anyPort(), secondOfServer);
             Connection first = client.manager.connect(
                 client.anyPort(), one.address(), client.queuePair, SHARING, TIMEOUT)) {
            final ConnectionException refused = assertThrows(ConnectionException.class, () -> client.manager.connect(
                first.localAddress(), two.address(), secondOfClient, DEFAULTS, TIMEOUT));
            assertEquals(Reason.ADDRESS_IN_USE, refused.reason(), refused.getMessage());

            try (Connection second = client.manager.connect(
                first.localAddress(), two.address(), secondOfClient, SHARING, TIMEOUT)) {
                assertEquals(first.localAddress(), second.localAddress());
                assertTrue(first.isEstablished() && second.isEstablished());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aListenerSharesItsPortWithNobody(final DevicePair devices) throws Exception {
        devices.require();
        try (Node node = new Node(devices.left()); QueuePair other = node.newQueuePair();
             AcceptingListener listener = new AcceptingListener(node.manager, node.anyPort(), node.queuePair);
             Connection connection = node.manager.connect(
                 node.anyPort(), listener.address(), other, SHARING, TIMEOUT)) {
            for (final InetSocketAddress taken : new InetSocketAddress[] {
                listener.address(), connection.localAddress(), wildcard(listener.address().getPort())}) {
                final ConnectionException refused = assertThrows(ConnectionException.class,
                    () -> node.manager.listen(taken, 1, request -> { }, AddressOption.REUSE_ADDRESS));

                assertEquals(Reason.ADDRESS_IN_USE, refused.reason(), refused.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aListenerForIpv6OnlySharesItsPortWithOneForIpv4(final DevicePair devices) throws Exception {
        devices.require();
        final InetSocketAddress every = new InetSocketAddress(InetAddress.getByName("::"), 0);
        try (Node node = new Node(devices.left());
             Listener both = listenOrSkip(node, every);
             Listener six = listenOrSkip(node, every, AddressOption.ADDRESS_FAMILY_ONLY)) {
            final ConnectionException refused = assertThrows(ConnectionException.class,
                () -> node.manager.listen(wildcard(both.localAddress().getPort()), 1, request -> { }));
            assertEquals(Reason.ADDRESS_IN_USE, refused.reason(), refused.getMessage());

            try (Listener four = listenOrSkip(node, new InetSocketAddress(InetAddress.getByName("0.0.0.0"),
                six.localAddress().getPort()), AddressOption.ADDRESS_FAMILY_ONLY)) {
                assertEquals(six.localAddress().getPort(), four.localAddress().getPort());
            }
        }
    }

    private static Listener listenOrSkip(
        final Node node, final InetSocketAddress address, final AddressOption... options) {
        try {
            return node.manager.listen(address, 1, request -> { }, options);
        } catch (final ConnectionException e) {
            Assumptions.assumeFalse(e.getMessage().contains(Errno.name(Errno.EAFNOSUPPORT)), e.getMessage());
            throw e;
        }
    }
}
