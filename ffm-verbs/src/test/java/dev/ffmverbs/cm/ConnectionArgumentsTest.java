// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Invalid arguments are refused before anything is created. Afterwards, the manager closes and the queue pair is free.
 */
@Timeout(60)
class ConnectionArgumentsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    private static void assertRefused(
        final Class<? extends Exception> type, final String named, final Executable call) {
        final Exception refused = assertThrows(type, call);
        assertTrue(refused.getMessage().contains(named), () -> "\"" + named + "\" is not in: " + refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void connectNamesTheInvalidArgument(final DevicePair devices) throws Exception {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final ConnectionManager manager = node.manager;
            final QueuePair queuePair = node.queuePair;
            final InetSocketAddress there = new InetSocketAddress(node.address, 18_599);
            final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("no.such.host.invalid", 7);
            final ConnectionParameters long57 = DEFAULTS.withPrivateData(new byte[57]);

            assertRefused(NullPointerException.class, "remote",
                () -> manager.connectAsync(null, null, queuePair, DEFAULTS, TIMEOUT));
            assertRefused(NullPointerException.class, "queuePair",
                () -> manager.connectAsync(null, there, null, DEFAULTS, TIMEOUT));
            assertRefused(NullPointerException.class, "parameters",
                () -> manager.connectAsync(null, there, queuePair, null, TIMEOUT));
            assertRefused(NullPointerException.class, "timeout",
                () -> manager.connectAsync(null, there, queuePair, DEFAULTS, null));
            assertRefused(IllegalArgumentException.class, "remote is no.such.host.invalid:7",
                () -> manager.connectAsync(null, unresolved, queuePair, DEFAULTS, TIMEOUT));
            assertRefused(IllegalArgumentException.class, "local is no.such.host.invalid:7",
                () -> manager.connectAsync(unresolved, there, queuePair, DEFAULTS, TIMEOUT));
            for (final String address : List.of("0.0.0.0", "224.0.0.5", "::", "ff02::1")) {
                assertRefused(IllegalArgumentException.class, "one host", () -> manager.connectAsync(
                    null, new InetSocketAddress(address, 18_599), queuePair, DEFAULTS, TIMEOUT));
            }
            assertRefused(IllegalArgumentException.class, "1 to 65535", () -> manager.connectAsync(
                null, new InetSocketAddress(node.address, 0), queuePair, DEFAULTS, TIMEOUT));
            assertRefused(IllegalArgumentException.class, "at most 56",
                () -> manager.connectAsync(null, there, queuePair, long57, TIMEOUT));
            assertEquals(QueuePairState.RESET, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aZeroTimeLimitHasPassedAndAHugeOneNeverDoes(final DevicePair devices) throws Exception {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final InetSocketAddress there = new InetSocketAddress(node.address, 18_599);
            for (final Duration passed : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(-5),
                Duration.ofSeconds(Long.MIN_VALUE), Duration.ofNanos(1))) {
                assertEquals(Reason.TIMED_OUT, assertThrows(ConnectionException.class, () -> node.manager.connect(
                    null, node.nobody(), node.queuePair, DEFAULTS, passed)).reason(), passed.toString());
            }
            for (final Duration endless
                : List.of(Duration.ofSeconds(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration())) {
                try (QueuePair queuePair = node.newQueuePair()) {
                    assertEquals(Reason.REJECTED, assertThrows(ConnectionException.class, () -> node.manager.connect(
                        null, there, queuePair, DEFAULTS, endless)).reason(), endless.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesAQueuePairThatIsClosedOrOfAnotherType(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final InetSocketAddress there = new InetSocketAddress(node.address, 18_599);
            final QueuePair closed = node.newQueuePair();
            closed.close();

            assertRefused(IllegalStateException.class, "closed",
                () -> node.manager.connectAsync(null, there, closed, DEFAULTS, TIMEOUT));

            final QueuePair datagrams;
            try {
                datagrams = node.domain.createQueuePair(QueuePairConfiguration.unreliableDatagram(node.queue));
            } catch (final VerbsException unsupported) {
                Assumptions.abort("the device supports reliable connections only: " + unsupported.getMessage());
                return;
            }
            assertRefused(IllegalArgumentException.class, "RELIABLE_CONNECTION",
                () -> node.manager.connectAsync(null, there, datagrams, DEFAULTS, TIMEOUT));
            datagrams.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void listenNamesTheInvalidArgument(final DevicePair devices) {
        devices.require();
        try (Node node = new Node(devices.left())) {
            final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("no.such.host.invalid", 7);

            assertRefused(NullPointerException.class, "address",
                () -> node.manager.listen(null, 1, request -> { }));
            assertRefused(NullPointerException.class, "handler",
                () -> node.manager.listen(node.anyPort(), 1, null));
            assertRefused(IllegalArgumentException.class, "address is no.such.host.invalid:7",
                () -> node.manager.listen(unresolved, 1, request -> { }));
            for (final int backlog : new int[] {0, -1, Integer.MIN_VALUE}) {
                assertRefused(IllegalArgumentException.class, "backlog is " + backlog,
                    () -> node.manager.listen(node.anyPort(), backlog, request -> { }));
            }
            assertRefused(NullPointerException.class, "newObserver", () -> node.manager.observe(null));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aRequestCanStillBeAnsweredAfterAnInvalidAnswer(final DevicePair devices) throws Exception {
        devices.require();
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 1, requests::add)) {
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            final ConnectionRequest request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

            assertRefused(NullPointerException.class, "queuePair", () -> request.accept(null, DEFAULTS));
            assertRefused(NullPointerException.class, "parameters", () -> request.accept(server.queuePair, null));
            assertRefused(NullPointerException.class, "reason", () -> request.reject(null));
            assertRefused(IllegalArgumentException.class, "at most 148", () -> request.reject(new byte[149]));

            request.accept(server.queuePair, DEFAULTS).close();
            connecting.handle((connection, failure) -> connection).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertRefused(IllegalStateException.class, "answered", () -> request.accept(server.queuePair, DEFAULTS));
            assertRefused(IllegalStateException.class, "answered", () -> request.reject(new byte[0]));
            connecting.whenComplete((connection, failure) -> {
                if (connection != null) {
                    connection.close();
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aQueuePairOfAnotherDeviceIsRefusedNamingBoth(final DevicePair devices) throws Exception {
        devices.require();
        assumeTrue(!devices.left().name().equals(devices.right().name()), "needs two devices");
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 1, requests::add)) {
            final String left = devices.left().name();
            final String right = devices.right().name();
            assertRefused(IllegalArgumentException.class, left, () -> client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), server.queuePair, DEFAULTS, TIMEOUT));
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            final ConnectionRequest request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(right, request.device().name());
            try (QueuePair foreign = client.newQueuePair()) {
                assertRefused(IllegalArgumentException.class, left, () -> request.accept(foreign, DEFAULTS));
                assertRefused(IllegalArgumentException.class, right, () -> request.accept(foreign, DEFAULTS));
            }

            final Connection accepted = request.accept(server.queuePair, DEFAULTS);
            connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).close();
            accepted.close();
        }
    }

    /** A wildcard listener on a kernel device receives requests to another kernel device, and reports it. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aRequestReceivedByAnotherDeviceIsAcceptedWithAQueuePairOfThatDevice(final DevicePair devices)
        throws Exception {
        devices.require();
        assumeTrue(!devices.left().name().equals(devices.right().name()) && !isSoft(devices.left())
            && !isSoft(devices.right()), "needs two kernel devices on one machine");
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Node client = new Node(devices.left()); Node other = new Node(devices.right());
             Listener listener =
                 client.manager.listen(new InetSocketAddress(TestedAddresses.wildcard(), 0), 1, requests::add);
             QueuePair wrong = client.newQueuePair()) {
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(client.anyPort(),
                new InetSocketAddress(other.address, listener.localAddress().getPort()), client.queuePair, DEFAULTS,
                TIMEOUT);
            final ConnectionRequest request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(devices.right().name(), request.device().name());
            assertRefused(IllegalArgumentException.class, devices.left().name(),
                () -> request.accept(wrong, DEFAULTS));

            final Connection accepted = request.accept(other.queuePair, DEFAULTS);
            connecting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).close();
            accepted.close();
        }
    }

    private static boolean isSoft(final dev.ffmverbs.Device device) {
        return device.provider().equals("softroce");
    }

    @Test
    void parametersNameTheValueThatIsOutOfRange() {
        assertRefused(IllegalArgumentException.class, "trafficClass is 256", () -> DEFAULTS.withTrafficClass(256));
        assertRefused(IllegalArgumentException.class, "trafficClass is -1", () -> DEFAULTS.withTrafficClass(-1));
        assertRefused(IllegalArgumentException.class, "timeoutExponent is 0", () -> DEFAULTS.withTimeoutExponent(0));
        assertRefused(IllegalArgumentException.class, "timeoutExponent is 32", () -> DEFAULTS.withTimeoutExponent(32));
        assertRefused(IllegalArgumentException.class, "retryCount is 8", () -> DEFAULTS.withRetryCount(8));
        assertRefused(IllegalArgumentException.class, "rnrRetryCount is -1", () -> DEFAULTS.withRnrRetryCount(-1));
        assertRefused(IllegalArgumentException.class, "incoming is 256", () -> DEFAULTS.withReads(256, 1));
        assertRefused(IllegalArgumentException.class, "outgoing is -1", () -> DEFAULTS.withReads(1, -1));
        assertRefused(NullPointerException.class, "data", () -> DEFAULTS.withPrivateData(null));
        assertRefused(NullPointerException.class, "time", () -> DEFAULTS.withMinimumRnrTimer(null));
        for (final Duration impossible : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofNanos(655_360_001),
            ChronoUnit.FOREVER.getDuration())) {
            assertRefused(IllegalArgumentException.class, "minimumRnrTimer is " + impossible,
                () -> DEFAULTS.withMinimumRnrTimer(impossible));
        }
    }

    @Test
    void anRnrTimerIsRoundedUpToOneOfTheTransport() {
        assertEquals(1, RnrTimer.code(Duration.ofNanos(1)));
        assertEquals(1, RnrTimer.code(Duration.ofNanos(10_000)));
        assertEquals(2, RnrTimer.code(Duration.ofNanos(10_001)));
        assertEquals(12, RnrTimer.code(Duration.ofNanos(640_000)));
        assertEquals(31, RnrTimer.code(Duration.ofNanos(491_520_000)));
        assertEquals(0, RnrTimer.code(Duration.ofNanos(491_520_001)));
        assertEquals(0, RnrTimer.code(Duration.ofNanos(655_360_000)));
        assertEquals(12, DEFAULTS.minimumRnrTimerCode());
    }
}
