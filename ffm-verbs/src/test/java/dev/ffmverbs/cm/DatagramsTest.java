// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.cm.ConnectionException.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that peers find each other's queue pairs for datagrams by address and port. */
@Timeout(60)
class DatagramsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final byte[] NOTHING = {};

    private static byte[] leading(final byte[] padded, final int length) {
        return Arrays.copyOf(padded, length);
    }

    private static Listener accepting(final DatagramNode server, final byte... answer) {
        return server.manager.datagrams().listen(
            server.anyPort(), 8, request -> request.accept(server.queuePair, answer));
    }

    private static DatagramPeer resolve(
        final DatagramNode client, final InetSocketAddress remote, final ConnectionParameters parameters) {
        return client.manager.datagrams().resolve(client.anyPort(), remote, client.queuePair, parameters, LIMIT);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aPeerTellsItsQueuePairAndDatagramsGoBothWays(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final RequestQueue<DatagramRequest> requests = new RequestQueue<>();
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right());
             Listener listener = server.manager.datagrams().listen(server.anyPort(), 8, requests)) {
            final CompletableFuture<DatagramPeer> resolving = client.manager.datagrams().resolveAsync(
                client.anyPort(), listener.localAddress(), client.queuePair,
                ConnectionParameters.defaults().withPrivateData(new byte[] {1, 2, 3}), LIMIT);
            final DatagramRequest request = requests.await(LIMIT).orElseThrow();
            assertArrayEquals(new byte[] {1, 2, 3}, leading(request.privateData(), 3));
            assertEquals(listener.localAddress(), request.localAddress());
            assertEquals(client.address, request.remoteAddress().getAddress());
            assertEquals(devices.right(), request.device());
            request.accept(server.queuePair, new byte[] {4, 5});

            final DatagramPeer peer = resolving.get(20, TimeUnit.SECONDS);
            assertArrayEquals(new byte[] {4, 5}, leading(peer.privateData(), 2));
            assertEquals(server.queuePair.number(), peer.queuePairNumber());
            assertEquals(Datagrams.QUEUE_KEY, peer.queueKey());
            assertEquals(QueuePairState.READY_TO_SEND, client.queuePair.state());
            assertEquals(Datagrams.QUEUE_KEY, client.queuePair.query().queueKey());

            server.postReceive();
            client.postReceive();
            client.send(7, peer);
            assertEquals(7, server.receive());
            final int sender = server.completions.immediateData(0);
            assertEquals(client.queuePair.number(), sender);
            try (AddressHandle back = server.domain.createAddressHandle(
                server.context.pathToSender(server.completions, 0, server.received.segment(), 0, 1))) {
                server.send(8, back, sender, Datagrams.QUEUE_KEY);
            }
            assertEquals(8, client.receive());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void oneQueuePairServesSeveralPeers(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode first = new DatagramNode(devices.left());
             DatagramNode second = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right()); Listener listener = accepting(server)) {
            for (final DatagramNode client : new DatagramNode[] {first, second, first}) {
                final DatagramPeer peer = client.resolve(listener);
                server.postReceive();
                client.send(client.queuePair.number(), peer);
                assertEquals(client.queuePair.number(), server.receive());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aRejectionArrivesWithItsPrivateData(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right());
             Listener listener = server.manager.datagrams().listen(
                 server.anyPort(), 8, request -> request.reject(new byte[] {9}))) {
            final ConnectionException rejected = assertThrows(ConnectionException.class,
                () -> resolve(client, listener.localAddress(), ConnectionParameters.defaults()));

            assertEquals(Reason.REJECTED, rejected.reason());
            assertTrue(rejected.getMessage().contains("the listener rejected the request"), rejected.getMessage());
            assertEquals(9, rejected.privateData()[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void saysThatNobodyListens(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right())) {
            final ConnectionException rejected = assertThrows(ConnectionException.class, () -> resolve(
                client, new InetSocketAddress(server.address, 18_598), ConnectionParameters.defaults()));

            assertEquals(Reason.REJECTED, rejected.reason());
            assertTrue(rejected.getMessage().contains("nobody listens on that port"), rejected.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aHandlerThatFailsAndAClosedManagerReject(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        try (DatagramNode client = new DatagramNode(devices.left())) {
            final DatagramNode server = new DatagramNode(devices.right());
            final Listener failing = server.manager.datagrams().listen(server.anyPort(), 8, request -> {
                throw new IllegalStateException("of a test");
            });
            assertEquals(Reason.REJECTED, assertThrows(ConnectionException.class,
                () -> resolve(client, failing.localAddress(), ConnectionParameters.defaults())).reason());
            failing.close();

            final RequestQueue<DatagramRequest> unanswered = new RequestQueue<>();
            final Listener waiting = server.manager.datagrams().listen(server.anyPort(), 8, unanswered);
            final CompletableFuture<DatagramPeer> resolving = client.manager.datagrams().resolveAsync(client.anyPort(),
                waiting.localAddress(), client.queuePair, ConnectionParameters.defaults(), LIMIT);
            assertTrue(unanswered.await(LIMIT).isPresent());
            waiting.close();
            server.close();
            assertEquals(Reason.REJECTED,
                ((ConnectionException) assertThrows(java.util.concurrent.ExecutionException.class,
                    () -> resolving.get(20, TimeUnit.SECONDS)).getCause()).reason());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void thePathHasTheTrafficClassThatWasAskedFor(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right()); Listener listener = accepting(server)) {
            final DatagramPeer peer = resolve(client, listener.localAddress(),
                ConnectionParameters.defaults().withTrafficClass(0x68).withTimeoutExponent(14));

            assertEquals(0x68, peer.path().trafficClass());
            assertEquals(server.address, peer.path().destination().address());
            server.postReceive();
            client.send(1, peer);
            assertEquals(1, server.receive());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void givesUpWhenTheTimeLimitPassesOrTheAttemptIsCancelled(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final RequestQueue<DatagramRequest> requests = new RequestQueue<>();
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right());
             Listener listener = server.manager.datagrams().listen(server.anyPort(), 8, requests)) {
            for (final Duration limit : new Duration[] {Duration.ofMillis(500), Duration.ZERO}) {
                assertEquals(Reason.TIMED_OUT, assertThrows(ConnectionException.class,
                    () -> client.manager.datagrams().resolve(client.anyPort(), listener.localAddress(),
                        client.queuePair, ConnectionParameters.defaults(), limit)).reason());
            }
            final CompletableFuture<DatagramPeer> resolving = client.manager.datagrams().resolveAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, ConnectionParameters.defaults(), LIMIT);
            assertTrue(requests.await(LIMIT).isPresent());
            assertTrue(resolving.cancel(true));

            Thread.currentThread().interrupt();
            assertEquals(Reason.INTERRUPTED, assertThrows(ConnectionException.class,
                () -> resolve(client, listener.localAddress(), ConnectionParameters.defaults())).reason());
            assertTrue(Thread.interrupted());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aPortOfDatagramsIsNoPortOfConnections(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode server = new DatagramNode(devices.right()); Listener listener = accepting(server);
             Listener other = server.manager.listen(
                 listener.localAddress(), 8, request -> request.reject(NOTHING))) {
            assertEquals(listener.localAddress(), other.localAddress());
            assertEquals(Reason.ADDRESS_IN_USE,
                assertThrows(ConnectionException.class, () -> server.manager.datagrams().listen(
                    listener.localAddress(), 8, request -> { })).reason());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesQueuePairsThatCannotReceiveFromPeers(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right()); Listener listener = accepting(server);
             QueuePair connection =
                 client.domain.createQueuePair(QueuePairConfiguration.reliableConnection(client.queue));
             QueuePair otherKey = client.newQueuePair()) {
            otherKey.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .queueKey(1));
            otherKey.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE));
            otherKey.modify(
                new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(0));
            for (final QueuePair refused : new QueuePair[] {connection, otherKey}) {
                assertThrows(IllegalArgumentException.class, () -> client.manager.datagrams().resolve(
                    client.anyPort(), listener.localAddress(), refused, ConnectionParameters.defaults(), LIMIT));
            }
            otherKey.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            assertThrows(IllegalStateException.class, () -> client.manager.datagrams().resolve(
                client.anyPort(), listener.localAddress(), otherKey, ConnectionParameters.defaults(), LIMIT));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesWhatCannotBeSentBeforeAnythingIsSent(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final RequestQueue<DatagramRequest> requests = new RequestQueue<>();
        try (DatagramNode client = new DatagramNode(devices.left());
             DatagramNode server = new DatagramNode(devices.right());
             Listener listener = server.manager.datagrams().listen(server.anyPort(), 8, requests)) {
            assertThrows(IllegalArgumentException.class, () -> resolve(client, listener.localAddress(),
                ConnectionParameters.defaults().withPrivateData(new byte[Datagrams.MAXIMUM_REQUEST_BYTES + 1])));
            assertThrows(IllegalArgumentException.class, () -> resolve(
                client, new InetSocketAddress("239.1.2.3", 5), ConnectionParameters.defaults()));
            assertEquals(0, requests.size());

            final CompletableFuture<DatagramPeer> resolving = client.manager.datagrams().resolveAsync(client.anyPort(),
                listener.localAddress(), client.queuePair,
                ConnectionParameters.defaults().withPrivateData(new byte[Datagrams.MAXIMUM_REQUEST_BYTES]), LIMIT);
            final DatagramRequest request = requests.await(LIMIT).orElseThrow();
            assertThrows(IllegalArgumentException.class, () -> request.accept(
                server.queuePair, new byte[DatagramRequest.MAXIMUM_ANSWER_BYTES + 1]));
            assertThrows(IllegalArgumentException.class,
                () -> request.reject(new byte[DatagramRequest.MAXIMUM_ANSWER_BYTES + 1]));
            request.accept(server.queuePair, new byte[DatagramRequest.MAXIMUM_ANSWER_BYTES]);
            assertEquals(server.queuePair.number(), resolving.get(20, TimeUnit.SECONDS).queuePairNumber());
            assertThrows(IllegalStateException.class, () -> request.reject(NOTHING));
            assertFalse(request.isWithdrawn());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aHandlerMayNotWaitForAnAnswer(final DevicePair devices) throws Exception {
        DatagramNode.require(devices);
        final CompletableFuture<Throwable> refused = new CompletableFuture<>();
        try (DatagramNode node = new DatagramNode(devices.left());
             Listener listener = node.manager.datagrams().listen(node.anyPort(), 8, request -> {
                 refused.complete(assertThrows(IllegalStateException.class,
                     () -> node.manager.datagrams().resolve(node.anyPort(), node.anyPort(), node.queuePair,
                         ConnectionParameters.defaults(), LIMIT)));
                 request.accept(node.queuePair, NOTHING);
             })) {
            node.resolve(listener);
            assertTrue(refused.get(20, TimeUnit.SECONDS).getMessage().contains("use resolveAsync in handlers"));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aClosedManagerResolvesNothing(final DevicePair devices) {
        DatagramNode.require(devices);
        try (DatagramNode server = new DatagramNode(devices.right()); Listener listener = accepting(server);
             DatagramNode client = new DatagramNode(devices.left())) {
            client.manager.close();

            assertThrows(IllegalStateException.class, () -> client.resolve(listener));
            assertThrows(IllegalStateException.class, () -> accepting(client));
        }
    }
}
