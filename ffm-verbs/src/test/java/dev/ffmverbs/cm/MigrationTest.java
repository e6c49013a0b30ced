// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests requests and connections that move from one connection manager to another. */
@Timeout(60)
class MigrationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    /** A listener whose requests wait, and another connection manager of its device. */
    private static final class Server implements AutoCloseable {
        final Node node;
        final ConnectionManager other;
        final BlockingQueue<ConnectionEventType> seenByOther = new LinkedBlockingQueue<>();
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        final Listener listener;

        Server(final DevicePair devices) {
            node = new Node(devices.right());
            other = ConnectionManager.open(node.context);
            other.observe(event -> seenByOther.add(event.type()));
            listener = node.manager.listen(node.anyPort(), 4, requests::add);
        }

        ConnectionRequest nextRequest() throws InterruptedException {
            return requests.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            listener.close();
            other.close();
            node.close();
        }
    }

    private static CompletableFuture<Connection> connect(final Node client, final Server server) {
        return client.manager.connectAsync(
            client.anyPort(), server.listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
    }

    private static void await(final CompletableFuture<?> future) throws Exception {
        future.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aRequestThatHasMovedIsEstablishedAndEndsOnTheOtherManager(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final ConnectionRequest request = server.nextRequest();
            request.migrate(server.other);
            try (Connection accepted = request.accept(server.node.queuePair, DEFAULTS);
                 Connection connection = connecting.get(20, TimeUnit.SECONDS)) {
                await(accepted.whenEstablished());
                assertThrows(IllegalStateException.class, () -> request.migrate(server.node.manager));
                connection.disconnect();
                await(accepted.whenDisconnected());
            }
            assertEquals(ConnectionEventType.ESTABLISHED, server.seenByOther.poll(20, TimeUnit.SECONDS));
            assertEquals(ConnectionEventType.DISCONNECTED, server.seenByOther.poll(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aConnectionThatHasMovedOutlivesItsFormerManager(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final Connection accepted = server.nextRequest().accept(server.node.queuePair, DEFAULTS);
            final Connection connection = connecting.get(20, TimeUnit.SECONDS);
            await(accepted.whenEstablished());

            accepted.migrate(server.other);
            server.listener.close();
            server.node.manager.close();
            assertTrue(accepted.isEstablished());
            assertThrows(IllegalStateException.class, server.other::close);
            connection.close();
            await(accepted.whenDisconnected());
            assertEquals(ConnectionEventType.DISCONNECTED, server.seenByOther.poll(20, TimeUnit.SECONDS));
            accepted.close();
            assertThrows(IllegalStateException.class, () -> accepted.migrate(server.node.manager));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aHandlerMovesItsRequestWithoutWaiting(final DevicePair devices) throws Exception {
        devices.require();
        final BlockingQueue<ConnectionRequest> moved = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Server server = new Server(devices);
             Listener moving = server.node.manager.listen(server.node.anyPort(), 4, request -> {
                 request.migrate(server.other);
                 moved.add(request);
             })) {
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), moving.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            moved.poll(20, TimeUnit.SECONDS).reject(new byte[] {1});

            final ConnectionException rejected = assertInstanceOf(ConnectionException.class,
                assertThrows(ExecutionException.class, () -> connecting.get(20, TimeUnit.SECONDS)).getCause());
            assertEquals(1, rejected.privateData()[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anEventThatTheFormerManagerHasNotReadIsHandledByTheOther(final DevicePair devices) throws Exception {
        devices.require();
        final CountDownLatch handling = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        try (Node client = new Node(devices.left()); QueuePair queuePair = client.newQueuePair();
             Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final Connection accepted = server.nextRequest().accept(server.node.queuePair, DEFAULTS);
            final Connection connection = connecting.get(20, TimeUnit.SECONDS);
            await(accepted.whenEstablished());
            final Thread mover = Thread.ofPlatform().unstarted(() -> accepted.migrate(server.other));
            server.node.manager.observe(event -> {
                handling.countDown();
                awaitQuietly(release);
            });
            // The handler is busy with a request when the connection ends.
            final CompletableFuture<Connection> second = client.manager.connectAsync(
                client.anyPort(), server.listener.localAddress(), queuePair, DEFAULTS, TIMEOUT);
            assertTrue(handling.await(20, TimeUnit.SECONDS));
            connection.disconnect();
            mover.start();
            mover.join(100);
            assertTrue(mover.isAlive(), "it waits for the handler");
            assertFalse(accepted.whenDisconnected().isDone());
            release.countDown();
            mover.join();

            await(accepted.whenDisconnected());
            accepted.close();
            connection.close();
            server.nextRequest().reject(new byte[0]);
            assertThrows(ExecutionException.class, () -> second.get(20, TimeUnit.SECONDS));
        }
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aHandlerOfAnotherManagerMovesNothing(final DevicePair devices) throws Exception {
        devices.require();
        final CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        try (Node client = new Node(devices.left()); Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final ConnectionRequest request = server.nextRequest();
            client.manager.observe(event -> {
                try {
                    request.migrate(server.other);
                    refusal.complete(null);
                } catch (final IllegalStateException e) {
                    refusal.complete(e);
                }
            });
            request.reject(new byte[0]);

            assertThrows(ExecutionException.class, () -> connecting.get(20, TimeUnit.SECONDS));
            final Throwable refused = refusal.get(20, TimeUnit.SECONDS);
            assertTrue(refused.getMessage().contains("thread of another connection manager"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anInterruptedMoveChangesNothing(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final ConnectionRequest request = server.nextRequest();
            Thread.currentThread().interrupt();
            final ConnectionException interrupted =
                assertThrows(ConnectionException.class, () -> request.migrate(server.other));
            assertTrue(Thread.interrupted());
            assertEquals(ConnectionException.Reason.INTERRUPTED, interrupted.reason());

            try (Connection accepted = request.accept(server.node.queuePair, DEFAULTS);
                 Connection connection = connecting.get(20, TimeUnit.SECONDS)) {
                await(accepted.whenEstablished());
                assertTrue(connection.isEstablished());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void nothingMovesToAManagerOfOtherDevicesOrAClosedOne(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Server server = new Server(devices)) {
            final CompletableFuture<Connection> connecting = connect(client, server);
            final ConnectionRequest request = server.nextRequest();
            final ConnectionManager closed = ConnectionManager.open(server.node.context);
            closed.close();
            assertThrows(IllegalStateException.class, () -> request.migrate(closed));
            try (Connection accepted = request.accept(server.node.queuePair, DEFAULTS);
                 Connection connection = connecting.get(20, TimeUnit.SECONDS)) {
                await(accepted.whenEstablished());
                assertTrue(connection.isEstablished());
                assumeFalse(devices.left().equals(devices.right()), "the rest needs two devices");
                assertThrows(IllegalArgumentException.class, () -> accepted.migrate(client.manager));
                assertTrue(accepted.isEstablished());
            }
        }
    }
}
