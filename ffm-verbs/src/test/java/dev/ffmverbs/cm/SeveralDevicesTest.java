// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.cm.ConnectionException.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests a connection manager that has several devices. */
@Timeout(60)
class SeveralDevicesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    private static void requireTwo(final DevicePair devices) {
        devices.require();
        assumeFalse(devices.left().equals(devices.right()), "this needs two devices");
        assumeTrue(devices.left().provider().equals(devices.right().provider()), "this needs devices of one provider");
    }

    private static InetSocketAddress wildcard(final int port) {
        return new InetSocketAddress(TestedAddresses.wildcard(), port);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void oneListenerAcceptsRequestsToEachDeviceOnThatDevice(final DevicePair devices) throws Exception {
        requireTwo(devices);
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node left = new Node(devices.left());
             Node right = new Node(devices.right());
             ConnectionManager manager = ConnectionManager.open(List.of(left.context, right.context));
             Listener listener = manager.listen(wildcard(0), 4, requests::add)) {
            for (final Node server : List.of(right, left)) {
                final CompletableFuture<Connection> connecting = client.manager.connectAsync(client.anyPort(),
                    new InetSocketAddress(server.address, listener.localAddress().getPort()), client.newQueuePair(),
                    DEFAULTS, TIMEOUT);
                final ConnectionRequest request = requests.poll(20, TimeUnit.SECONDS);

                assertEquals(server.context.device(), request.device());
                assertSame(server.context, request.context().orElseThrow());
                assertEquals(server.address, request.localAddress().getAddress());
                final Node other = server == left ? right : left;
                final String refusal = assertThrows(IllegalArgumentException.class,
                    () -> request.accept(other.queuePair, DEFAULTS)).getMessage();
                assertTrue(refusal.contains("use a queue pair of a context of " + server.context.device().name()),
                    refusal);
                try (Connection accepted = request.accept(server.queuePair, DEFAULTS);
                     Connection connection = connecting.get(20, TimeUnit.SECONDS)) {
                    accepted.whenEstablished().get(20, TimeUnit.SECONDS);
                    connection.queuePair().close();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void itConnectsFromEachDevice(final DevicePair devices) throws Exception {
        requireTwo(devices);
        try (Node server = new Node(devices.right());
             AcceptingListener listener = new AcceptingListener(server.manager, server.anyPort(), server.queuePair);
             Node left = new Node(devices.left()); Node right = new Node(devices.right());
             ConnectionManager manager = ConnectionManager.open(List.of(right.context, left.context));
             Connection connection = manager.connect(
                 left.anyPort(), listener.address(), left.queuePair, DEFAULTS, TIMEOUT)) {
            assertEquals(left.address, connection.localAddress().getAddress());

            final ConnectionException mismatch = assertThrows(ConnectionException.class, () -> manager.connect(
                left.anyPort(), listener.address(), right.queuePair, DEFAULTS, TIMEOUT));
            assertEquals(Reason.ADDRESS_UNREACHABLE, mismatch.reason(), mismatch.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aPortTakenOnOneDeviceIsTakenForTheWildcardAddress(final DevicePair devices) throws Exception {
        requireTwo(devices);
        try (Node left = new Node(devices.left()); Node right = new Node(devices.right());
             ConnectionManager manager = ConnectionManager.open(List.of(left.context, right.context))) {
            final Listener first = manager.listen(right.anyPort(), 1, request -> { });
            final int port = first.localAddress().getPort();
            final ConnectionException refused = assertThrows(ConnectionException.class,
                () -> manager.listen(wildcard(port), 1, request -> { }));
            assertEquals(Reason.ADDRESS_IN_USE, refused.reason(), refused.getMessage());

            // What was taken on the other device meanwhile is free again.
            manager.listen(new InetSocketAddress(left.address, port), 1, request -> { }).close();
            first.close();
            manager.listen(wildcard(port), 1, request -> { }).close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesContextsThatDoNotGoTogether(final DevicePair devices) {
        devices.require();
        assertThrows(IllegalArgumentException.class, () -> ConnectionManager.open(List.of()));
        try (Context first = devices.left().open()) {
            final Context second = devices.left().open();
            assertThrows(IllegalArgumentException.class, () -> ConnectionManager.open(List.of(first, second)));
            second.close();
            assertThrows(IllegalStateException.class, () -> ConnectionManager.open(List.of(second)));
        }
    }

    @Test
    void refusesDevicesOfTwoProviders() {
        final List<Device> devices = Verbs.devices();
        final Device other = devices.stream().filter(
            device -> !device.provider().equals(devices.getFirst().provider())).findFirst().orElse(null);
        assumeTrue(other != null, "there are devices of one provider only");
        try (Context first = devices.getFirst().open(); Context second = other.open()) {
            final String refusal = assertThrows(IllegalArgumentException.class,
                () -> ConnectionManager.open(List.of(first, second))).getMessage();
            assertTrue(refusal.contains(other.toString()), refusal);
        }
    }
}
