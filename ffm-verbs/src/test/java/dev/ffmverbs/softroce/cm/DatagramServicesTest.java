// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.softroce.cm.message.ServiceId;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ResolutionStatus;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests requests for queue pairs for datagrams on a virtual network, with lost, repeated and forged messages. */
@Timeout(20)
class DatagramServicesTest {

    private static final int QUEUE_PAIR = 0xABCDE;
    private static final int QUEUE_KEY = 0x0123_4567;
    private static final int PORT = 7174;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    private static ConnectionParameterData data(final int queuePair, final byte... privateData) {
        return new ConnectionParameterData(queuePair, privateData, 0, 0, 0, 0);
    }

    private ConnectionIdentifierOperations listen(final int backlog) throws ProviderException {
        final ConnectionIdentifierOperations listener = server.manager().createDatagramIdentifier();
        listener.bind(new InetSocketAddress(server.localAddress(), PORT));
        listener.listen(backlog);
        return listener;
    }

    private void acceptAll() {
        server.onEvent(event -> VirtualDevice.unchecked(() -> {
            event.identifier().accept(data(QUEUE_PAIR, (byte) 4));
            event.identifier().close();
        }));
    }

    private ConnectionIdentifierOperations ask(final byte... privateData) throws ProviderException {
        final ConnectionIdentifierOperations identifier = client.manager().createDatagramIdentifier();
        identifier.setTrafficClass(0x20);
        identifier.resolveAddress(null, new InetSocketAddress(server.localAddress(), PORT), 1000);
        identifier.resolveRoute(1000);
        identifier.connect(data(7, privateData));
        return identifier;
    }

    private String log() {
        return String.join("\n", network.log());
    }

    private void loseFirst(final MessageType type) {
        final boolean[] lost = new boolean[1];
        network.link((from, to, message) -> {
            final boolean lose = message.type() == type && !lost[0];
            lost[0] |= lose;
            return lose ? new long[0] : new long[] {VirtualNetwork.DELAY_NS};
        });
    }

    private void assertResolved() {
        final ConnectionEventData event = client.lastEvent();
        assertEquals(ConnectionEventTypes.ESTABLISHED, event.type(), this::log);
        assertEquals(QUEUE_PAIR, event.datagrams().queuePairNumber());
        assertEquals(QUEUE_KEY, event.datagrams().queueKey());
    }

    private void assertRefused(final int status) {
        assertEquals(ConnectionEventTypes.UNREACHABLE, client.lastEvent().type(), this::log);
        assertEquals(status, client.lastEvent().status());
    }

    private void assertNothingIsKept() {
        assertEquals(0, client.communication().datagrams().waitingCount());
        assertEquals(0, server.communication().datagrams().waitingCount());
        assertEquals(Long.MAX_VALUE, client.communication().untilNextDeadlineNs());
    }

    @Test
    void aPeerTellsItsQueuePairWithPrivateDataBothWays() throws Exception {
        final ConnectionIdentifierOperations listener = listen(1);
        acceptAll();
        ask((byte) 1, (byte) 2);
        network.runMs(1000);

        assertResolved();
        assertEquals(0x20, client.lastTrafficClass());
        final ConnectionEventData request = server.events().getFirst();
        assertEquals(ConnectionEventTypes.CONNECT_REQUEST, request.type());
        assertEquals(listener, request.listener());
        assertEquals(client.localAddress(), request.remoteAddress().getAddress());
        assertArrayEquals(new byte[] {1, 2, 0}, Arrays.copyOf(request.privateData(), 3));
        assertArrayEquals(new byte[] {4, 0}, Arrays.copyOf(client.lastEvent().privateData(), 2));
        assertNothingIsKept();
    }

    @Test
    void aLostRequestIsSentAgain() throws Exception {
        listen(1);
        acceptAll();
        loseFirst(MessageType.RESOLUTION_REQUEST);
        ask();
        network.runMs(1000);

        assertResolved();
        assertEquals(1, client.communication().get(CommunicationCounter.RETRANSMITTED));
        assertNothingIsKept();
    }

    @Test
    void aRequestWhoseAnswerIsLostArrivesAgain() throws Exception {
        listen(1);
        acceptAll();
        loseFirst(MessageType.RESOLUTION_REPLY);
        ask();
        network.runMs(1000);

        assertResolved();
        assertEquals(2, server.events().size(), this::log);
        assertNothingIsKept();
    }

    @Test
    void aRequestThatIsRepeatedBeforeItIsAnsweredIsOne() throws Exception {
        listen(1);
        ask();
        network.runMs(1500);
        assertEquals(1, server.events().size(), this::log);
        assertTrue(server.communication().get(CommunicationCounter.DUPLICATES) > 0);

        server.lastEvent().identifier().accept(data(QUEUE_PAIR));
        assertThrows(ProviderException.class, () -> server.lastEvent().identifier().reject(new byte[0]));
        network.runMs(1000);
        assertResolved();
        assertNothingIsKept();
    }

    @Test
    void aRejectionAndADestroyedIdentifierRefuse() throws Exception {
        final ConnectionIdentifierOperations listener = listen(4);
        server.onEvent(event -> VirtualDevice.unchecked(() -> event.identifier().reject(new byte[] {3})));
        ask();
        network.runMs(100);
        assertRefused(ResolutionStatus.REJECTED);
        assertEquals(3, client.lastEvent().privateData()[0]);

        server.onEvent(event -> VirtualDevice.unchecked(() -> event.identifier().close()));
        ask();
        network.runMs(100);
        assertRefused(ResolutionStatus.REJECTED);

        server.onEvent(event -> { });
        ask();
        network.runMs(100);
        server.lastEvent().identifier().close();
        listener.close();
        network.runMs(100);
        assertRefused(ResolutionStatus.REJECTED);
        assertNothingIsKept();
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        ask();
        network.runMs(100);

        assertRefused(ResolutionStatus.UNSUPPORTED_SERVICE);
        assertEquals(1, server.communication().get(CommunicationCounter.REFUSED_NO_LISTENER));
        assertNothingIsKept();
    }

    @Test
    void givesUpWhenNobodyAnswers() throws Exception {
        network.link((from, to, message) -> new long[0]);
        ask();
        network.runMs(60_000);

        assertRefused(-Errno.ETIMEDOUT);
        assertNothingIsKept();
    }

    @Test
    void moreRequestsThanTheBacklogHoldsWait() throws Exception {
        listen(1);
        ask();
        final ConnectionIdentifierOperations second = ask();
        network.runMs(100);
        assertEquals(1, server.events().size());
        assertEquals(1, server.communication().get(CommunicationCounter.DROPPED_BACKLOG));

        acceptAll();
        server.events().getFirst().identifier().close();
        network.runMs(1000);
        assertEquals(2, server.events().size(), this::log);
        assertEquals(second, client.lastEvent().identifier());
        assertResolved();
    }

    @Test
    void anAnswerOfAnotherHostOrWithAnotherTransactionOrWithoutQueuePairIsDropped() throws Exception {
        final ManagementMessage[] request = new ManagementMessage[1];
        network.link((from, to, message) -> {
            request[0] = message;
            return new long[0];
        });
        ask();
        network.runMs(1);
        final ManagementMessage right = answer(request[0], request[0].transactionId(), QUEUE_PAIR);
        client.communication().receive(VirtualDevice.ipv4("10.0.0.3"), right.datagram());
        receive(answer(request[0], request[0].transactionId() + 1, QUEUE_PAIR));
        for (final int none : new int[] {0, 1, 0xFF_FFFF}) {
            receive(answer(request[0], request[0].transactionId(), none));
        }
        network.runMs(1);
        assertFalse(client.eventTypes().contains(ConnectionEventTypes.ESTABLISHED), this::log);

        receive(right);
        network.runMs(1);
        assertResolved();
        receive(right);
        assertEquals(1, client.communication().get(CommunicationCounter.DROPPED_UNKNOWN));
    }

    private static ManagementMessage answer(
        final ManagementMessage request, final long transactionId, final int queuePair) {
        return ManagementMessage.create(MessageType.RESOLUTION_REPLY, transactionId)
            .set(ResolutionFields.REQUEST_ID, request.get(ResolutionFields.REQUEST_ID))
            .set(ResolutionFields.QUEUE_PAIR, queuePair).set(ResolutionFields.QUEUE_KEY, QUEUE_KEY);
    }

    private void receive(final ManagementMessage message) {
        client.communication().receive(server.localAddress(), message.datagram());
    }

    @Test
    void aRequestThatNamesAnotherHostIsRefused() throws Exception {
        listen(1);
        final ManagementMessage forged = Messages.resolutionRequest(
            new InetSocketAddress("10.0.0.9", 1), new InetSocketAddress(server.localAddress(), PORT), new byte[0], 5);
        server.communication().receive(client.localAddress(), forged.datagram());
        final ManagementMessage headless = ManagementMessage.create(MessageType.RESOLUTION_REQUEST, 6)
            .set(RequestFields.SERVICE_ID,
                ServiceId.ofDatagramPortNumber(PORT));
        headless.setPrivateData(0, new byte[] {1});
        server.communication().receive(client.localAddress(), headless.datagram());
        network.runMs(100);

        assertEquals(List.of(), server.events());
        assertEquals(2, server.communication().get(CommunicationCounter.REFUSED_INVALID));
    }

    @Test
    void aFloodOfRequestsIsBounded() throws Exception {
        listen(4);
        final ByteBuffer request = Messages.resolutionRequest(new InetSocketAddress(client.localAddress(), 1),
            new InetSocketAddress(server.localAddress(), PORT), new byte[0], 5).datagram();
        final ByteBuffer bytes = ByteBuffer.allocate(request.remaining()).put(request.duplicate()).flip();
        for (int i = 0; i < 10_000; i++) {
            bytes.putInt(24, i);
            server.communication().receive(client.localAddress(), bytes);
        }
        network.runMs(1);

        assertEquals(4, server.events().size());
        assertEquals(4, server.communication().datagrams().waitingCount());
        assertTrue(server.communication().get(CommunicationCounter.DROPPED_BUDGET) > 9000);
    }

    @Test
    void joinsAndLeavesGroupsOnceForEveryMembership() throws Exception {
        final Inet4Address group = VirtualDevice.ipv4("239.1.2.3");
        final ConnectionIdentifierOperations member = bound();
        final ConnectionIdentifierOperations sender = bound();
        member.joinMulticast(group, false);
        sender.joinMulticast(group, true);
        network.runMs(1);

        assertEquals(List.of(group), client.groups());
        final ConnectionEventData joined = client.lastEvent();
        assertEquals(ConnectionEventTypes.MULTICAST_JOIN, joined.type());
        assertEquals(0xFF_FFFF, joined.datagrams().queuePairNumber());
        assertEquals(QUEUE_KEY, joined.datagrams().queueKey());
        assertEquals(Errno.EINVAL,
            assertThrows(ProviderException.class, () -> member.joinMulticast(group, false)).errno());
        sender.leaveMulticast(group);
        assertEquals(List.of(group), client.groups());
        assertEquals(Errno.EADDRNOTAVAIL,
            assertThrows(ProviderException.class, () -> sender.leaveMulticast(group)).errno());
        member.close();
        assertEquals(List.of(), client.groups());
    }

    private ConnectionIdentifierOperations bound() throws ProviderException {
        final ConnectionIdentifierOperations identifier = client.manager().createDatagramIdentifier();
        identifier.resolveAddress(null, new InetSocketAddress("239.1.2.3", 0), 1000);
        return identifier;
    }
}
