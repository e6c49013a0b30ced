// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.AsynchronousEventType;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.ExtendedQueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendOperation;
import dev.ffmverbs.UnsupportedVerbException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what librdmacm offers beside listening and connecting: waiting for requests, names of hosts, notifications. */
@Timeout(60)
class EndpointFunctionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aThreadWaitsForTheRequestsOfAListener(final DevicePair devices) throws Exception {
        devices.require();
        final RequestQueue<ConnectionRequest> requests = new RequestQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 4, requests)) {
            assertEquals(Optional.empty(), requests.await(Duration.ofMillis(1)));
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, LIMIT);

            try (Connection accepted = requests.await(LIMIT).orElseThrow().accept(server.queuePair, DEFAULTS);
                 Connection connection = connecting.get(20, TimeUnit.SECONDS)) {
                accepted.whenEstablished().get(20, TimeUnit.SECONDS);
                assertTrue(connection.isEstablished());
                assertEquals(0, requests.size());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void namesOfHostsBecomeAddresses(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final List<InetSocketAddress> own = node.manager.lookUp(node.address.getHostAddress(), 7471);
            assertEquals(List.of(new InetSocketAddress(node.address, 7471)), own);
            assertTrue(node.manager.lookUp("localhost", 1).getFirst().getAddress().isLoopbackAddress());

            final ConnectionException unknown =
                assertThrows(ConnectionException.class, () -> node.manager.lookUp("nobody.invalid", 1));
            // Where there is no name service, as in the lab, nobody can say that there is no such host.
            assertTrue(unknown.getMessage().contains("there is no such host")
                || unknown.getMessage().contains("the name service does not answer now"), unknown.getMessage());
            assertThrows(IllegalArgumentException.class, () -> node.manager.lookUp("localhost", 65_536));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void theFirstPacketOfThePeerStandsInForItsConfirmation(final DevicePair devices) throws Exception {
        devices.require();
        final CompletableFuture<Connection> accepting = new CompletableFuture<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 4, request -> {
                 final Connection created = request.accept(server.queuePair, DEFAULTS);
                 created.reportEvent(AsynchronousEventType.COMMUNICATION_ESTABLISHED);
                 accepting.complete(created);
             });
             Connection connection = client.manager.connect(
                 client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, LIMIT);
             Connection accepted = accepting.get(20, TimeUnit.SECONDS)) {
            accepted.whenEstablished().get(20, TimeUnit.SECONDS);

            accepted.reportEvent(AsynchronousEventType.COMMUNICATION_ESTABLISHED);
            connection.reportEvent(AsynchronousEventType.COMMUNICATION_ESTABLISHED);
            assertTrue(accepted.isEstablished());
            devices.requireOtherThanIwarp("the kernel takes every event and does nothing (rdma_notify of cma.c)");
            final ConnectionException refused = assertThrows(ConnectionException.class,
                () -> accepted.reportEvent(AsynchronousEventType.QUEUE_PAIR_FATAL));
            assertTrue(refused.getMessage().contains("rdma_notify"), refused.getMessage());
            assertTrue(accepted.isEstablished());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anExtendedQueuePairIsConnected(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             ExtendedQueuePair extended = newExtendedQueuePair(client);
             AcceptingListener listener =
                 new AcceptingListener(server.manager, server.anyPort(), server.queuePair);
             Connection connection = client.manager.connect(
                 client.anyPort(), listener.address(), extended, DEFAULTS, LIMIT)) {
            assertEquals(extended, connection.queuePair());
            assertEquals(QueuePairState.READY_TO_SEND, extended.state());
        }
    }

    private static ExtendedQueuePair newExtendedQueuePair(final Node node) {
        try {
            return node.domain.createExtendedQueuePair(
                QueuePairConfiguration.reliableConnection(node.queue), SendOperation.SEND);
        } catch (final UnsupportedVerbException e) {
            return Assumptions.abort(e.getMessage());
        }
    }
}
