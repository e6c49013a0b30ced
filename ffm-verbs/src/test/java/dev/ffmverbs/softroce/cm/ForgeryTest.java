// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An attacker that knows some numbers of a live connection sends messages in the name of the peer. */
@Timeout(20)
class ForgeryTest {

    private static final int CONNECT_REQUEST = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST();
    private static final int ESTABLISHED = ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED();
    private static final int DISCONNECTED = ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED();

    private static final int CLIENT_QUEUE_PAIR = 0x1234;
    private static final int SERVER_QUEUE_PAIR = 0xABCDEF;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);
    private final List<ManagementMessage> overheard = new ArrayList<>();
    private InetSocketAddress address;
    private ConnectionIdentifierOperations connection;

    @BeforeEach
    void connect() throws Exception {
        network.link((from, to, message) -> {
            overheard.add(message);
            return new long[] {VirtualNetwork.DELAY_NS};
        });
        server.answerProbes(true);
        address = server.listenAndAccept(VirtualDevice.parameters(SERVER_QUEUE_PAIR));
        connection = client.connect(address, VirtualDevice.parameters(CLIENT_QUEUE_PAIR));
        network.runMs(10);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
    }

    private ManagementMessage overheard(final MessageType type) {
        return ManagementMessage.parse(overheard.stream().filter(message -> message.type() == type).findFirst()
            .orElseThrow().datagram());
    }

    /** A request from the client's address that names the client's queue pair. */
    private ManagementMessage claim() {
        return Messages.request(new InetSocketAddress(client.localAddress(), 1234), address, 3,
            VirtualDevice.parameters(CLIENT_QUEUE_PAIR), CommunicationSettings.DEFAULT, 1)
            .set(IdFields.LOCAL_ID, 99);
    }

    private void forge(final ManagementMessage message) {
        server.communication().receive(client.localAddress(), message.datagram());
    }

    private void assertStillConnected() throws Exception {
        network.runMs(10_000);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
        connection.disconnect();
        network.runMs(10);
        assertEquals(DISCONNECTED, server.lastEvent().type());
    }

    @Test
    void aRequestThatNamesALiveQueuePairIsNotBelievedWhileThePeerAnswersProbes() throws Exception {
        final int sent = overheard.size();
        forge(claim());
        network.runMs(5_000);

        assertEquals(List.of(SERVER_QUEUE_PAIR), server.probes());
        assertEquals(1, server.communication().get(CommunicationCounter.DROPPED_FORGED));
        assertEquals(0, server.communication().get(CommunicationCounter.REFUSED_STALE));
        assertEquals(sent, overheard.size(), "nobody is answered");
        assertStillConnected();
    }

    @Test
    void probesOnceHoweverManySuchRequestsArrive() {
        server.answerProbes(false);
        for (int i = 0; i < 100; i++) {
            forge(claim().set(IdFields.LOCAL_ID, 100 + i));
        }
        assertEquals(1, server.probes().size());
        server.communication().onSignOfLife(SERVER_QUEUE_PAIR);
        network.runMs(5_000);
        assertEquals(1, server.probes().size());
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
    }

    @Test
    void aRequestIsBelievedAfterSeveralUnansweredProbes() {
        server.answerProbes(false);
        network.link((from, to, message) -> new long[0]);
        forge(claim());
        network.runMs(1_000);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED), server.eventTypes());
        network.runMs(1_000);

        assertEquals(4, server.probes().size());
        assertEquals(1, server.communication().get(CommunicationCounter.REFUSED_STALE));
        network.runMs(10_000);
        assertEquals(List.of(CONNECT_REQUEST, ESTABLISHED, DISCONNECTED),
            server.eventTypes().subList(0, 3), "it has ended, though nobody answered to that");
    }

    @Test
    void aRejectionMustNameBothEnds() throws Exception {
        final int serverId = overheard(MessageType.REPLY).get(IdFields.LOCAL_ID);
        final int clientId = overheard(MessageType.REQUEST).get(IdFields.LOCAL_ID);
        final ManagementMessage rejection = Messages.rejection(
            overheard(MessageType.REQUEST), AnswerFields.ANSWERS_REPLY, new byte[0]);
        forge(rejection.set(IdFields.LOCAL_ID, 0).set(IdFields.REMOTE_ID, serverId));
        forge(rejection.set(IdFields.LOCAL_ID, clientId).set(IdFields.REMOTE_ID, 0));
        forge(rejection.set(IdFields.LOCAL_ID, clientId + 1).set(IdFields.REMOTE_ID, serverId));
        forge(Messages.timeout(overheard(MessageType.REQUEST), client.guid())
            .set(IdFields.LOCAL_ID, clientId));
        assertStillConnected();
    }

    @Test
    void aDisconnectMustNameBothEndsAndTheQueuePair() throws Exception {
        final int serverId = overheard(MessageType.REPLY).get(IdFields.LOCAL_ID);
        final int clientId = overheard(MessageType.REQUEST).get(IdFields.LOCAL_ID);
        forge(Messages.disconnectRequest(1, SERVER_QUEUE_PAIR)
            .set(IdFields.LOCAL_ID, clientId).set(IdFields.REMOTE_ID, serverId + 1));
        forge(Messages.disconnectRequest(1, SERVER_QUEUE_PAIR)
            .set(IdFields.LOCAL_ID, clientId + 1).set(IdFields.REMOTE_ID, serverId));
        forge(Messages.disconnectRequest(1, SERVER_QUEUE_PAIR + 1)
            .set(IdFields.LOCAL_ID, clientId).set(IdFields.REMOTE_ID, serverId));
        assertStillConnected();
    }

    @Test
    void noMessageWithOneWrongIdEndsAConnection() throws Exception {
        final Random random = new Random(3);
        final int serverId = overheard(MessageType.REPLY).get(IdFields.LOCAL_ID);
        final int clientId = overheard(MessageType.REQUEST).get(IdFields.LOCAL_ID);
        for (int i = 0; i < 20_000; i++) {
            final MessageType type = MessageType.values()[random.nextInt(MessageType.values().length)];
            final boolean wrongClient = random.nextBoolean();
            final ManagementMessage message = ManagementMessage.create(type, random.nextLong())
                .set(IdFields.LOCAL_ID, wrongClient ? clientId ^ 1 << random.nextInt(32) : clientId);
            if (type != MessageType.REQUEST) {
                message.set(IdFields.REMOTE_ID, wrongClient ? serverId : serverId ^ 1 << random.nextInt(32));
            }
            if (type == MessageType.DISCONNECT_REQUEST) {
                message.set(AnswerFields.REMOTE_QUEUE_PAIR, SERVER_QUEUE_PAIR);
            } else if (type == MessageType.REJECTION) {
                message.set(AnswerFields.REASON, random.nextInt(40)).set(AnswerFields.INFORMATION, client.guid());
            }
            forge(message);
            network.run(random.nextInt(2_000_000));
        }
        assertTrue(server.communication().get(CommunicationCounter.DROPPED_UNKNOWN) > 0);
        assertStillConnected();
    }
}
