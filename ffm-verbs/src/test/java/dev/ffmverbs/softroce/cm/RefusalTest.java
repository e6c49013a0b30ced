// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.GoldenDatagram;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests connections that are not established, and endpoints with a replaced peer. */
@Timeout(20)
class RefusalTest {

    private static final int CONNECT_REQUEST = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST();
    private static final int CONNECT_RESPONSE = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE();
    private static final int ESTABLISHED = ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED();
    private static final int REJECTED = ffm_verbs_h.RDMA_CM_EVENT_REJECTED();
    private static final int DISCONNECTED = ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED();

    private static final int CLIENT_QUEUE_PAIR = 0x1234;
    private static final int SERVER_QUEUE_PAIR = 0xABCDEF;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    private ConnectionIdentifierOperations listener(final int backlog) throws Exception {
        final ConnectionIdentifierOperations listener = server.manager().createIdentifier();
        listener.bind(new InetSocketAddress(server.localAddress(), 0));
        listener.listen(backlog);
        return listener;
    }

    private ConnectionIdentifierOperations acceptedAtServer() {
        return server.events().getLast().identifier();
    }

    private void assertRejected(final int reason) {
        assertEquals(REJECTED, client.lastEvent().type(), () -> String.join("\n", network.log()));
        assertEquals(reason, client.lastEvent().status());
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        client.request(new InetSocketAddress(server.localAddress(), 7000), VirtualDevice.parameters(1000));
        network.runMs(1000);

        assertRejected(RejectReason.INVALID_SERVICE_ID);
        assertEquals(1, server.communication().get(CommunicationCounter.REFUSED_NO_LISTENER));
        assertEquals(0, client.communication().endpointCount());
    }

    @Test
    void deliversTheRejectionOfTheApplicationEvenIfItIsLostAtFirst() throws Exception {
        server.onEvent(event -> {
            if (event.type() == CONNECT_REQUEST) {
                VirtualDevice.unchecked(() -> {
                    event.identifier().reject(new byte[] {1, 2, 3});
                    event.identifier().close();
                });
            }
        });
        final boolean[] lost = new boolean[1];
        network.link((from, to, message) -> {
            final boolean lose = message.type() == MessageType.REJECTION && !lost[0];
            lost[0] |= lose;
            return lose ? new long[0] : new long[] {VirtualNetwork.DELAY_NS};
        });
        client.request(listener(1).localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(2000);

        assertRejected(RejectReason.CONSUMER_DEFINED);
        assertArrayEquals(Arrays.copyOf(new byte[] {1, 2, 3}, 148), client.lastEvent().privateData());
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());
        network.runMs(5000);
        assertEquals(0, server.communication().endpointCount());
    }

    @Test
    void rejectsAfterTheReplyToo() throws Exception {
        final ConnectionIdentifierOperations connection = client.request(
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        connection.reject(new byte[] {9});
        network.runMs(10);

        assertEquals(List.of(CONNECT_REQUEST, REJECTED), server.eventTypes());
        assertEquals(9, server.lastEvent().privateData()[0]);
    }

    @Test
    void closingAnUnansweredRequestRejectsIt() throws Exception {
        client.request(listener(1).localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        acceptedAtServer().close();
        network.runMs(10);

        assertRejected(RejectReason.CONSUMER_DEFINED);
    }

    @Test
    void closingAListenerRejectsUndeliveredRequests() throws Exception {
        final ConnectionIdentifierOperations listener = listener(1);
        client.request(listener.localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        final ManagementMessage[] request = new ManagementMessage[1];
        network.link((from, to, message) -> {
            request[0] = message;
            return new long[] {VirtualNetwork.DELAY_NS};
        });
        client.request(listener.localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR + 1));
        server.communication().receive(client.localAddress(), request[0].datagram());
        listener.close();
        network.runMs(10);

        assertEquals(List.of(), server.eventTypes());
        assertRejected(RejectReason.INVALID_SERVICE_ID);
    }

    @Test
    void reportsThatThePeerGaveUpBeforeTheApplicationAnswered() throws Exception {
        final ConnectionIdentifierOperations connection =
            client.request(listener(1).localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        connection.close();
        network.runMs(1000);

        assertEquals(List.of(CONNECT_REQUEST, REJECTED), server.eventTypes());
        assertEquals(RejectReason.TIMEOUT, server.lastEvent().status());
        assertEquals(0, client.communication().endpointCount());
    }

    @Test
    void dropsRequestsBeyondTheBacklogUntilThereIsRoom() throws Exception {
        final InetSocketAddress address = listener(1).localAddress();
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR + 1));
        network.runMs(100);
        assertEquals(List.of(CONNECT_REQUEST), server.eventTypes());
        assertEquals(1, server.communication().get(CommunicationCounter.DROPPED_BACKLOG));

        acceptedAtServer().accept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        network.runMs(1000);
        assertEquals(2, server.eventTypes().stream().filter(type -> type == CONNECT_REQUEST).count());
    }

    @Test
    void refusesALargerPathMtuAndSaysWhatIsPossible() throws Exception {
        client.pathMtu(5);
        final List<ManagementMessage> rejections = new ArrayList<>();
        network.link((from, to, message) -> {
            if (message.type() == MessageType.REJECTION) {
                rejections.add(message);
            }
            return new long[] {VirtualNetwork.DELAY_NS};
        });
        client.request(listener(1).localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);

        assertRejected(RejectReason.INVALID_PATH_MTU);
        assertEquals(1, rejections.getFirst().get(AnswerFields.INFORMATION_BYTES));
        assertEquals(3, rejections.getFirst().get(AnswerFields.INFORMATION_BYTE));
    }

    @Test
    void refusesRequestsThatItCannotServe() throws Exception {
        final int port = listener(8).localAddress().getPort();
        assertEquals(0, refusalOf(port, request -> request));
        assertEquals(RejectReason.INVALID_TRANSPORT,
            refusalOf(port, request -> request.set(RequestFields.TRANSPORT, 1)));
        assertEquals(RejectReason.INVALID_SERVICE_ID,
            refusalOf(port, request -> request.set(RequestFields.SERVICE_ID, 0x0111_0000L + port)));
        assertEquals(RejectReason.UNSUPPORTED,
            refusalOf(port, request -> request.setPrivateData(1, new byte[] {0x50})));
        assertEquals(RejectReason.INVALID_GID,
            refusalOf(port, request -> request.setPrivateData(1, new byte[] {0x60})), "IPv6 addresses over IPv4");
        assertEquals(RejectReason.UNSUPPORTED,
            refusalOf(port, request -> request.setPrivateData(0, new byte[] {1})));
        assertEquals(RejectReason.UNSUPPORTED, refusalOf(port, request -> request.set(RequestFields.QUEUE_PAIR, 1)));
        assertEquals(RejectReason.INVALID_PATH_MTU,
            refusalOf(port, request -> request.set(RequestFields.PATH_MTU, 0)));
        assertEquals(RejectReason.INVALID_GID,
            refusalOf(port, request -> request.set(RequestFields.LOCAL_GID_LOW, 0xFFFF_0A00_0003L)));
        assertEquals(RejectReason.INVALID_GID,
            refusalOf(port, request -> request.set(RequestFields.REMOTE_GID_HIGH, 1)));
        assertEquals(RejectReason.INVALID_GID,
            refusalOf(port, request -> request.setPrivateData(19, new byte[] {3})));
    }

    /** Sends a modified request. Returns the reason of the refusal, or 0 if there is none. */
    private int refusalOf(final int port, final UnaryOperator<ManagementMessage> change) throws Exception {
        final ManagementMessage[] seen = new ManagementMessage[2];
        network.link((from, to, message) -> {
            seen[message.type() == MessageType.REQUEST ? 0 : 1] = message;
            return new long[0];
        });
        client.request(new InetSocketAddress(server.localAddress(), port),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR)).close();
        network.runMs(1);
        seen[1] = null;
        server.communication().receive(client.localAddress(), change.apply(seen[0]).datagram());
        network.runMs(1);
        return seen[1] == null ? 0 : seen[1].get(AnswerFields.REASON);
    }

    @Test
    void endsAConnectionWhosePeerHasRestartedWithTheSameQueuePair() throws Exception {
        final InetSocketAddress address = server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        client.connect(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());

        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.1", 77);
        restarted.connect(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(2000);
        assertEquals(REJECTED, restarted.lastEvent().type());
        assertEquals(RejectReason.STALE_CONNECTION, restarted.lastEvent().status());
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED, DISCONNECTED), server.eventTypes().subList(0, 3));

        restarted.connect(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        assertEquals(CONNECT_RESPONSE, restarted.lastEvent().type());
        assertEquals(ESTABLISHED, server.lastEvent().type());
    }

    @Test
    void withdrawsARequestWhosePeerHasRestartedWithTheSameQueuePair() throws Exception {
        final InetSocketAddress address = listener(4).localAddress();
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.1", 77);
        restarted.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);

        assertEquals(List.of(CONNECT_REQUEST, REJECTED), server.eventTypes());
        assertEquals(RejectReason.STALE_CONNECTION, restarted.lastEvent().status());
    }

    @Test
    void refusesAReplyThatNobodyAwaitsAnyLonger() throws Exception {
        final InetSocketAddress address = listener(4).localAddress();
        client.request(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.1", 77);
        acceptedAtServer().accept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        network.runMs(10);

        assertEquals(List.of(CONNECT_REQUEST, REJECTED), server.eventTypes());
        assertEquals(RejectReason.INVALID_COMMUNICATION_ID, server.lastEvent().status());
        assertEquals(1, restarted.communication().get(CommunicationCounter.DROPPED_UNKNOWN));
    }

    @Test
    void confirmsTheEndOfAnUnknownConnection() throws Exception {
        final ConnectionIdentifierOperations connection = client.connect(
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.2", 77);
        connection.disconnect();
        network.runMs(10);

        assertEquals(DISCONNECTED, client.lastEvent().type());
        assertEquals(0, client.lastEvent().status());
        assertEquals(1, restarted.communication().get(CommunicationCounter.SENT));
    }

    @Test
    void believesOnlyThePeer() throws Exception {
        final ConnectionIdentifierOperations connection = client.connect(
            server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        final List<ManagementMessage> disconnects = new ArrayList<>();
        network.runMs(10);
        network.link((from, to, message) -> {
            disconnects.add(message);
            return new long[0];
        });
        connection.disconnect();
        server.communication().receive(VirtualDevice.ipv4("10.0.0.3"), disconnects.getFirst().datagram());
        server.runApplication();
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
        assertEquals(1, server.communication().get(CommunicationCounter.DROPPED_PEER));

        final ManagementMessage otherQueuePair = ManagementMessage.parse(disconnects.getFirst().datagram())
            .set(AnswerFields.REMOTE_QUEUE_PAIR, SERVER_QUEUE_PAIR - 1);
        server.communication().receive(client.localAddress(), otherQueuePair.datagram());
        final ManagementMessage otherId = ManagementMessage.parse(disconnects.getFirst().datagram())
            .set(IdFields.LOCAL_ID, 42);
        server.communication().receive(client.localAddress(), otherId.datagram());
        server.runApplication();
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
        assertEquals(2, server.communication().get(CommunicationCounter.DROPPED_UNKNOWN));
        assertEquals(1, disconnects.size());
    }

    @Test
    void refusesASecondReplyToAnAnsweredRequest() throws Exception {
        final List<ManagementMessage> replies = new ArrayList<>();
        network.link((from, to, message) -> {
            if (message.type() == MessageType.REPLY) {
                replies.add(message);
            }
            return new long[] {VirtualNetwork.DELAY_NS};
        });
        client.connect(server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        final long sent = client.communication().get(CommunicationCounter.SENT);
        final ManagementMessage second = ManagementMessage.parse(replies.getFirst().datagram())
            .set(IdFields.LOCAL_ID, 42);
        client.communication().receive(server.localAddress(), second.datagram());

        assertEquals(sent + 1, client.communication().get(CommunicationCounter.SENT));
        assertEquals(CONNECT_RESPONSE, client.lastEvent().type());
    }

    @Test
    void tellsAllPeersWhenTheDeviceCloses() throws Exception {
        client.connect(server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        server.communication().close();
        network.runMs(10);
        assertEquals(DISCONNECTED, client.lastEvent().type());

        client.request(new InetSocketAddress(server.localAddress(), client.lastEvent().remoteAddress().getPort()),
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        assertRejected(RejectReason.INVALID_SERVICE_ID);
    }

    @Test
    void countsAndDropsDatagramsThatAreNotMessages() {
        server.communication().receive(client.localAddress(), ByteBuffer.allocate(256));
        server.communication().receive(client.localAddress(), ByteBuffer.allocate(0));
        server.communication().receive(client.localAddress(), GoldenDatagram.READY_TO_USE.message().datagram());

        assertEquals(2, server.communication().get(CommunicationCounter.DROPPED_MALFORMED));
        assertEquals(1, server.communication().get(CommunicationCounter.DROPPED_UNKNOWN));
        assertEquals(0, server.communication().get(CommunicationCounter.SENT));
        assertFalse(server.events().stream().map(ConnectionEventData::type).anyMatch(type -> type >= 0));
        assertTrue(network.log().isEmpty());
    }
}
