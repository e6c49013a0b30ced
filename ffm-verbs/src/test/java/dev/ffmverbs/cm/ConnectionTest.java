// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.spi.AddressText;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MANY_LISTENERS = 100;
    private static final int MAGIC = 0x600D_CAFE;

    private static byte[] text(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] leading(final byte[] padded, final int length) {
        return Arrays.copyOf(padded, length);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void connectsExchangesPrivateDataReadsAndDisconnectsOnBothSides(final DevicePair devices) throws Exception {
        devices.require();
        final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        final BlockingQueue<byte[]> requested = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             MemoryRegion remote = server.domain.allocate(4, Access.REMOTE_READ);
             MemoryRegion local = client.domain.allocate(4, Access.LOCAL_WRITE);
             Listener listener = server.manager.listen(server.anyPort(), 8, request -> {
                 requested.add(request.privateData());
                 accepted.add(request.accept(server.queuePair,
                     ConnectionParameters.defaults().withPrivateData(text("welcome"))));
             })) {
            remote.segment().set(ValueLayout.JAVA_INT, 0, MAGIC);

            final Connection connection = client.manager.connect(client.anyPort(), listener.localAddress(),
                client.queuePair, ConnectionParameters.defaults().withPrivateData(text("hello")), TIMEOUT);
            final Connection peer = accepted.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            peer.whenEstablished().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

            assertArrayEquals(text("hello"), leading(requested.take(), 5));
            assertArrayEquals(text("welcome"), leading(connection.privateData(), 7));
            assertEquals(QueuePairState.READY_TO_SEND, client.queuePair.state());
            client.queuePair.postSend(SendRequest.allocate(1)
                .read(remote.iova(), remote.rkey()).localMemory(local, 0, 4));
            final WorkCompletions completions = WorkCompletions.allocate(1);
            while (client.queue.poll(completions) == 0) {
                Thread.onSpinWait();
            }
            assertEquals(WorkCompletionStatus.SUCCESS, completions.status(0));
            assertEquals(MAGIC, local.segment().get(ValueLayout.JAVA_INT, 0));

            connection.disconnect();
            peer.whenDisconnected().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            connection.whenDisconnected().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(QueuePairState.ERROR, client.queuePair.state());
            assertEquals(QueuePairState.ERROR, server.queuePair.state());
            assertFalse(connection.isEstablished());
            connection.close();
            peer.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void passesThePrivateDataOfARejectionToTheClient(final DevicePair devices) {
        devices.require();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 8,
                 request -> request.reject(text("not you")))) {
            final ConnectionException rejected = assertThrows(ConnectionException.class, () -> client.manager.connect(
                client.anyPort(), listener.localAddress(), client.queuePair, ConnectionParameters.defaults(), TIMEOUT));

            assertEquals(ConnectionException.Reason.REJECTED, rejected.reason());
            assertArrayEquals(text("not you"), leading(rejected.privateData(), 7));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void saysThatNobodyListens(final DevicePair devices) {
        devices.require();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right())) {
            final ConnectionException rejected = assertThrows(ConnectionException.class, () -> client.manager.connect(
                client.anyPort(), new InetSocketAddress(server.address, 18_599), client.queuePair,
                ConnectionParameters.defaults(), TIMEOUT));

            assertEquals(ConnectionException.Reason.REJECTED, rejected.reason());
            assertTrue(rejected.getMessage().contains("nobody listens"), rejected.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesAPortInUse(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left());
             Listener first = node.manager.listen(node.anyPort(), 1, request -> { })) {
            final InetSocketAddress taken = first.localAddress();

            final ConnectionException refused = assertThrows(ConnectionException.class,
                () -> node.manager.listen(taken, 1, request -> { }));

            assertEquals(ConnectionException.Reason.ADDRESS_IN_USE, refused.reason());
            assertTrue(refused.getMessage().contains("EADDRINUSE"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void givesUpOnAnAddressNobodyHasWithinTheTimeLimit(final DevicePair devices) throws Exception {
        devices.require();
        // The kernel says after 3 s that nobody has the address. A software device never does.
        final Duration limit = Duration.ofSeconds("ibverbs".equals(devices.left().provider()) ? 5 : 1);
        try (Node client = new Node(devices.left())) {
            final InetSocketAddress absent = client.nobody();

            final ConnectionException failure = assertThrows(ConnectionException.class, () -> client.manager.connect(
                null, absent, client.queuePair, ConnectionParameters.defaults(), limit));

            assertTrue(failure.reason() == ConnectionException.Reason.ADDRESS_UNREACHABLE
                || failure.reason() == ConnectionException.Reason.TIMED_OUT, failure.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void givesUpACancelledAttempt(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left())) {
            final InetSocketAddress absent = client.nobody();
            final CompletableFuture<Connection> attempt = client.manager.connectAsync(
                null, absent, client.queuePair, ConnectionParameters.defaults(), Duration.ofMinutes(10));

            assertTrue(attempt.cancel(true), "it was in progress");

            client.queuePair.close();
            client.manager.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToCloseWhileAListenerIsOpenAndNamesIt(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left());
             Listener listener = node.manager.listen(node.anyPort(), 1, request -> { })) {
            final IllegalStateException refused =
                assertThrows(IllegalStateException.class, node.manager::close);

            assertTrue(refused.getMessage().contains("Listener on " + AddressText.of(listener.localAddress())),
                refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void theRefusalToCloseStaysShortHoweverManyListenersAreOpen(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final List<Listener> listeners = Stream.generate(
                () -> node.manager.listen(node.anyPort(), 1, request -> { })).limit(MANY_LISTENERS).toList();
            final String refusal = assertThrows(IllegalStateException.class, node.manager::close).getMessage();

            assertTrue(refusal.length() < 500, refusal);
            assertTrue(refusal.contains(MANY_LISTENERS + " objects that need it are open: " + MANY_LISTENERS
                + " Listener (Listener on "), refusal);
            listeners.forEach(Listener::close);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void closingRejectsUnansweredRequests(final DevicePair devices) throws Exception {
        devices.require();
        final BlockingQueue<ConnectionRequest> unanswered = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left())) {
            final Node server = new Node(devices.left());
            final Listener listener = server.manager.listen(server.anyPort(), 8, unanswered::add);
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(client.anyPort(),
                listener.localAddress(), client.queuePair, ConnectionParameters.defaults(), TIMEOUT);
            assertNotNull(unanswered.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "no request arrived");
            listener.close();

            server.close();

            final ConnectionException rejected = assertInstanceOf(ConnectionException.class,
                assertThrows(ExecutionException.class, () -> connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .getCause());
            assertEquals(ConnectionException.Reason.REJECTED, rejected.reason());
        }
    }
}
