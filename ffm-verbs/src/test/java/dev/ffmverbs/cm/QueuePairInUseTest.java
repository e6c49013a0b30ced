// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A queue pair is one end of one connection. A second use is refused before anything is sent. */
@Timeout(60)
class QueuePairInUseTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    /** Two nodes, connected through the client's queue pair and one of the server's. */
    private static final class ConnectedNodes implements AutoCloseable {
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        final Node client;
        final Node server;
        final Listener listener;
        final Connection connection;
        final Connection peer;

        ConnectedNodes(final DevicePair devices) throws Exception {
            devices.require();
            client = new Node(devices.left());
            server = new Node(devices.right());
            listener = server.manager.listen(server.anyPort(), 8, requests::add);
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            peer = nextRequest().accept(server.queuePair, DEFAULTS);
            connection = connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            peer.whenEstablished().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        ConnectionRequest nextRequest() throws InterruptedException {
            return requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        void assertAlive() {
            assertTrue(connection.isEstablished(), "the client's end is established");
            assertTrue(peer.isEstablished(), "the server's end is established");
            assertEquals(QueuePairState.READY_TO_SEND, client.queuePair.state());
            assertEquals(QueuePairState.READY_TO_SEND, server.queuePair.state());
        }

        @Override
        public void close() {
            connection.close();
            peer.close();
            listener.close();
            client.close();
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void isNotConnectedASecondTimeByAnyManager(final DevicePair devices) throws Exception {
        try (ConnectedNodes nodes = new ConnectedNodes(devices);
             ConnectionManager other = ConnectionManager.open(nodes.client.context)) {
            final InetSocketAddress nobodyListens = new InetSocketAddress(nodes.server.address, 18_599);
            for (final ConnectionManager manager : List.of(nodes.client.manager, other)) {
                final IllegalStateException refused = assertThrows(IllegalStateException.class, () ->
                    manager.connect(nodes.client.anyPort(), nobodyListens, nodes.client.queuePair, DEFAULTS, TIMEOUT));
                assertTrue(refused.getMessage().contains(nodes.client.queuePair.toString()), refused.getMessage());
            }

            nodes.assertAlive();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void cannotBeUsedToAcceptAndTheRequestCanBeAcceptedWithAnother(final DevicePair devices) throws Exception {
        try (ConnectedNodes nodes = new ConnectedNodes(devices);
             QueuePair second = nodes.client.newQueuePair(); QueuePair free = nodes.server.newQueuePair()) {
            final CompletableFuture<Connection> connecting = nodes.client.manager.connectAsync(
                nodes.client.anyPort(), nodes.listener.localAddress(), second, DEFAULTS, TIMEOUT);
            final ConnectionRequest request = nodes.nextRequest();

            assertThrows(IllegalStateException.class, () -> request.accept(nodes.server.queuePair, DEFAULTS));

            nodes.assertAlive();
            final Connection accepted = request.accept(free, DEFAULTS);
            connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).close();
            accepted.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isRefusedIfItWasConnectedManually(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left())) {
            node.connectManually(node.queuePair);
            final InetSocketAddress nobodyListens = new InetSocketAddress(node.address, 18_599);

            final IllegalStateException refused = assertThrows(IllegalStateException.class, () ->
                node.manager.connect(null, nobodyListens, node.queuePair, DEFAULTS, TIMEOUT));

            assertTrue(refused.getMessage().contains("READY_TO_SEND"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isTakenByOneOfTwoSimultaneousAttempts(final DevicePair devices) throws Exception {
        devices.require();
        final int threads = 4;
        final AtomicInteger requests = new AtomicInteger();
        final ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 8, request -> {
                 requests.incrementAndGet();
                 request.reject(new byte[0]);
             })) {
            final CyclicBarrier start = new CyclicBarrier(threads);
            final Callable<Connection> attempt = () -> {
                start.await();
                return client.manager.connect(
                    client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            };
            int rejected = 0;
            for (final Future<Connection> result : executor.invokeAll(List.of(attempt, attempt, attempt, attempt))) {
                final Throwable failure =
                    assertThrows(ExecutionException.class, () -> result.get()).getCause();
                if (failure instanceof ConnectionException) {
                    rejected++;
                } else {
                    assertInstanceOf(IllegalStateException.class, failure);
                }
            }

            assertTrue(rejected >= 1, "at least one was sent");
            assertEquals(rejected, requests.get());
        } finally {
            executor.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void servesASecondConnectionThatLateEventsOfTheFirstDoNotEnd(final DevicePair devices) throws Exception {
        try (ConnectedNodes nodes = new ConnectedNodes(devices); QueuePair free = nodes.server.newQueuePair()) {
            nodes.connection.disconnect();
            nodes.client.queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            final CompletableFuture<Connection> connecting = nodes.client.manager.connectAsync(
                nodes.client.anyPort(), nodes.listener.localAddress(), nodes.client.queuePair, DEFAULTS, TIMEOUT);
            final ConnectionRequest request = nodes.requests.poll(3, TimeUnit.SECONDS);
            if (request != null) {
                final Connection accepted = request.accept(free, DEFAULTS);
                final Connection again = connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                nodes.connection.whenDisconnected().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

                nodes.connection.close();

                assertTrue(again.isEstablished(), "the second connection is established");
                assertEquals(QueuePairState.READY_TO_SEND, nodes.client.queuePair.state());
                again.close();
                accepted.close();
            } else {
                // The server had not yet noticed the end of the first one when the second one was requested.
                final ExecutionException stale = assertThrows(ExecutionException.class, () -> connecting.get());
                assertEquals(ConnectionException.Reason.STALE_CONNECTION,
                    assertInstanceOf(ConnectionException.class, stale.getCause()).reason());
            }
        }
    }
}
