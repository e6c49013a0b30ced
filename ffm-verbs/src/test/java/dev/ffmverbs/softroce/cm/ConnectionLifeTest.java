// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a connection from request to end, on links that lose and duplicate messages. */
@Timeout(20)
class ConnectionLifeTest {

    private static final int ADDR_RESOLVED = ffm_verbs_h.RDMA_CM_EVENT_ADDR_RESOLVED();
    private static final int ROUTE_RESOLVED = ffm_verbs_h.RDMA_CM_EVENT_ROUTE_RESOLVED();
    private static final int CONNECT_REQUEST = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST();
    private static final int CONNECT_RESPONSE = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE();
    private static final int ESTABLISHED = ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED();
    private static final int DISCONNECTED = ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED();
    private static final int TIMEWAIT_EXIT = ffm_verbs_h.RDMA_CM_EVENT_TIMEWAIT_EXIT();
    private static final int UNREACHABLE = ffm_verbs_h.RDMA_CM_EVENT_UNREACHABLE();

    private static final int CLIENT_QUEUE_PAIR = 0x1234;
    private static final int SERVER_QUEUE_PAIR = 0xABCDEF;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    private static byte[] text(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ConnectionIdentifierOperations connect() throws Exception {
        return client.connect(
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR, text("welcome"))),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR, text("hello")));
    }

    private void assertEnded() {
        assertEquals(List.of(ADDR_RESOLVED, ROUTE_RESOLVED, CONNECT_RESPONSE, DISCONNECTED, TIMEWAIT_EXIT),
            client.eventTypes(), () -> String.join("\n", network.log()));
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED, DISCONNECTED, TIMEWAIT_EXIT),
            server.eventTypes(), () -> String.join("\n", network.log()));
        assertEquals(0, client.communication().endpointCount());
        assertEquals(0, server.communication().endpointCount());
        assertEquals(Long.MAX_VALUE, client.communication().untilNextDeadlineNs());
    }

    @Test
    void connectsWithPrivateDataAndBothAddressesAndDisconnects() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);

        final ConnectionEventData request = server.events().getFirst();
        assertArrayEquals(Arrays.copyOf(text("hello"), 56), request.privateData());
        assertEquals(connection.localAddress(), request.remoteAddress());
        assertEquals(connection.remoteAddress(), request.localAddress());
        assertEquals(CLIENT_QUEUE_PAIR, request.queuePairNumber());
        assertEquals(2, request.responderResources());
        assertEquals(4, request.initiatorDepth());
        final ConnectionEventData response = client.lastEvent();
        assertArrayEquals(Arrays.copyOf(text("welcome"), 196), response.privateData());
        assertEquals(SERVER_QUEUE_PAIR, response.queuePairNumber());

        connection.disconnect();
        network.runMs(1000);
        assertEnded();
        assertEquals(3, client.communication().get(CommunicationCounter.SENT));
        assertEquals(2, server.communication().get(CommunicationCounter.SENT));
    }

    @ParameterizedTest
    @CsvSource({"REQUEST, 1", "REQUEST, 15", "REPLY, 1", "REPLY, 14", "READY_TO_USE, 1", "READY_TO_USE, 14",
        "DISCONNECT_REQUEST, 1", "DISCONNECT_REQUEST, 15", "DISCONNECT_REPLY, 1", "DISCONNECT_REPLY, 14"})
    void survivesTheLossOfAnyMessage(final MessageType lost, final int times) throws Exception {
        final Map<MessageType, Integer> left = new EnumMap<>(Map.of(lost, times));
        network.link((from, to, message) -> {
            final int remaining = left.getOrDefault(message.type(), 0);
            left.put(message.type(), remaining - 1);
            return remaining > 0 ? new long[0] : new long[] {VirtualNetwork.DELAY_NS};
        });

        final ConnectionIdentifierOperations connection = connect();
        network.runMs(8_000);
        connection.disconnect();
        network.runMs(8_000);

        assertEnded();
    }

    @Test
    void repeatsARequestAsSoonAsThePeerThatWasAbsentAsksForAConnection() throws Exception {
        final boolean[] serverIsThere = new boolean[1];
        network.link((from, to, message) ->
            to == client || serverIsThere[0] ? new long[] {VirtualNetwork.DELAY_NS} : new long[0]);
        connect();
        network.runMs(100);
        assertFalse(client.eventTypes().contains(CONNECT_RESPONSE));

        serverIsThere[0] = true;
        server.request(
            new InetSocketAddress(client.localAddress(), 7), VirtualDevice.parameters(SERVER_QUEUE_PAIR + 1));
        network.runMs(10);

        assertTrue(client.eventTypes().contains(CONNECT_RESPONSE), () -> String.join("\n", network.log()));
        assertEquals(1, client.communication().get(CommunicationCounter.RETRANSMITTED));
    }

    @Test
    void doesNotRepeatARequestWhoseAnswerMayBeInFlight() throws Exception {
        connect();
        server.request(
            new InetSocketAddress(client.localAddress(), 7), VirtualDevice.parameters(SERVER_QUEUE_PAIR + 1));
        network.runMs(300);

        assertTrue(client.eventTypes().contains(CONNECT_RESPONSE), () -> String.join("\n", network.log()));
        assertEquals(0, client.communication().get(CommunicationCounter.RETRANSMITTED));
    }

    @ParameterizedTest
    @EnumSource
    void ignoresMessagesThatArriveTwiceOrLate(final MessageType doubled) throws Exception {
        network.link((from, to, message) -> message.type() == doubled
            ? new long[] {VirtualNetwork.DELAY_NS, 2 * VirtualNetwork.DELAY_NS, 90_000_000L}
            : new long[] {VirtualNetwork.DELAY_NS});

        final ConnectionIdentifierOperations connection = connect();
        network.runMs(1000);
        connection.disconnect();
        network.runMs(1000);

        assertEnded();
    }

    @Test
    void treatsTheFirstPacketAsTheLastMessageOfTheHandshake() throws Exception {
        network.link((from, to, message) -> message.type() == MessageType.READY_TO_USE
            ? new long[0] : new long[] {VirtualNetwork.DELAY_NS});
        connect();
        network.runMs(300);
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());

        server.communication().onFirstPacket(SERVER_QUEUE_PAIR + 1);
        server.runApplication();
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());

        server.communication().onFirstPacket(SERVER_QUEUE_PAIR);
        server.communication().onFirstPacket(SERVER_QUEUE_PAIR);
        server.runApplication();
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
    }

    @Test
    void endsOnceOnEachSideWhenBothDisconnectAtTheSameTime() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);
        connection.disconnect();
        server.events().getFirst().identifier().disconnect();
        network.runMs(1000);

        assertEnded();
    }

    @Test
    void endsOnceOnEachSideWhenBothDisconnectAndOneMessageIsLost() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);
        network.link((from, to, message) -> from == server ? new long[0] : new long[] {VirtualNetwork.DELAY_NS});
        connection.disconnect();
        server.events().getFirst().identifier().disconnect();
        network.runMs(500);
        network.link((from, to, message) -> new long[] {VirtualNetwork.DELAY_NS});
        network.runMs(1000);

        assertEnded();
    }

    @Test
    void disconnectsFromThePassiveSideToo() throws Exception {
        connect();
        network.runMs(10);
        server.events().getFirst().identifier().disconnect();
        network.runMs(1000);

        assertEnded();
    }

    @Test
    void disconnectingAfterThePeerHasDisconnectedDoesNothing() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);
        server.events().getFirst().identifier().disconnect();
        network.runMs(5);
        connection.disconnect();
        network.runMs(1000);

        assertEnded();
    }

    @Test
    void repeatsTheDisconnectRequestAfterTheIdentifierIsClosed() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);
        network.link((from, to, message) -> new long[0]);
        connection.disconnect();
        connection.close();
        network.runMs(1000);
        network.link((from, to, message) -> new long[] {VirtualNetwork.DELAY_NS});
        network.runMs(1000);

        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED, DISCONNECTED, TIMEWAIT_EXIT), server.eventTypes());
        assertEquals(0, client.communication().endpointCount());
        assertEquals(CONNECT_RESPONSE, client.lastEvent().type());
    }

    @Test
    void waitsForASlowListenerThatKeepsAnsweringForTheApplication() throws Exception {
        final ConnectionIdentifierOperations listener = server.manager().createIdentifier();
        listener.bind(new InetSocketAddress(server.localAddress(), 7000));
        listener.listen(1);
        client.connect(listener.localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));

        network.runMs(60_000);
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());
        assertEquals(ROUTE_RESOLVED, client.lastEvent().type());
        server.events().getFirst().identifier().accept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        network.runMs(10);

        assertEquals(CONNECT_RESPONSE, client.lastEvent().type());
        assertEquals(ESTABLISHED, server.lastEvent().type());
        assertTrue(client.communication().get(CommunicationCounter.RETRANSMITTED) < 60,
            () -> String.join("\n", network.log()));
    }

    @Test
    void waitsForASlowConnectorThatKeepsAnsweringForTheApplication() throws Exception {
        final ConnectionIdentifierOperations connection = client.request(
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(60_000);
        assertEquals(CONNECT_RESPONSE, client.lastEvent().type());
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());

        connection.establish();
        network.runMs(10);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
    }

    @Test
    void connectsADeviceToItself() throws Exception {
        final InetSocketAddress address =
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        final ConnectionIdentifierOperations connection =
            server.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        connection.establish();
        network.runMs(10);
        assertEquals(List.of(ADDR_RESOLVED, ROUTE_RESOLVED, CONNECT_REQUEST, CONNECT_RESPONSE, ESTABLISHED),
            server.eventTypes());

        connection.disconnect();
        network.runMs(1000);
        assertEquals(0, server.communication().endpointCount());
        assertEquals(2, server.eventTypes().stream().filter(type -> type == DISCONNECTED).count());
    }

    @Test
    void givesUpAfterAllRetransmissionsToAPeerThatNeverAnswers() throws Exception {
        network.link((from, to, message) -> new long[0]);
        client.request(new InetSocketAddress("10.0.0.2", 7000), VirtualDevice.parameters(1000));
        network.runMs(10_000);

        assertEquals(UNREACHABLE, client.lastEvent().type());
        assertEquals(-Errno.ETIMEDOUT, client.lastEvent().status());
        assertEquals(16, network.log().stream().filter(line -> line.contains("REQUEST[")).count());
        assertEquals(0, client.communication().endpointCount());
    }

    @Test
    void givesUpOnAPeerThatDisappearsAfterItsRequest() throws Exception {
        client.request(server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.link((from, to, message) -> new long[0]);
        network.runMs(10_000);

        assertEquals(List.of(CONNECT_REQUEST, UNREACHABLE), server.eventTypes());
        assertEquals(0, server.communication().endpointCount());
    }

    @Test
    void endsAConnectionWhosePeerHasDisappeared() throws Exception {
        final ConnectionIdentifierOperations connection = connect();
        network.runMs(10);
        network.link((from, to, message) -> new long[0]);
        connection.disconnect();
        network.runMs(10_000);

        assertEquals(List.of(ADDR_RESOLVED, ROUTE_RESOLVED, CONNECT_RESPONSE, DISCONNECTED, TIMEWAIT_EXIT),
            client.eventTypes());
        assertEquals(-Errno.ETIMEDOUT, client.events().get(3).status());
    }

    @Test
    void startsEveryConnectionWithDifferentNumbers() throws Exception {
        final InetSocketAddress address =
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        final List<ManagementMessage> requests = new ArrayList<>();
        network.link((from, to, message) -> {
            requests.add(message);
            return new long[0];
        });
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR + 1));

        assertEquals(2, requests.size());
        for (final IntField field : List.of(IdFields.LOCAL_ID, RequestFields.STARTING_PSN)) {
            assertNotEquals(requests.get(0).get(field), requests.get(1).get(field), field.toString());
        }
        assertNotEquals(requests.get(0).transactionId(), requests.get(1).transactionId());
    }

    @Test
    void tellsTheDeviceOfAnEarlierDeadline() throws Exception {
        network.link((from, to, message) -> new long[0]);
        client.request(new InetSocketAddress("10.0.0.2", 7000), VirtualDevice.parameters(1000));
        assertEquals(1, client.earlierDeadlines());
        client.request(new InetSocketAddress("10.0.0.2", 7000), VirtualDevice.parameters(1001));
        assertEquals(1, client.earlierDeadlines());
    }
}
