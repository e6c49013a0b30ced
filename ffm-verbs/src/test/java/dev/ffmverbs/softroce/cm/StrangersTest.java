// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Floods of unwanted requests have a bounded cost, and peers are still served.
 *
 * <p>{@code -Dsoftroce.cm.firstSeed=N} sets the seed of the random numbers.
 */
@Timeout(60)
class StrangersTest {

    private static final int CONNECT_REQUEST = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST();
    private static final int CONNECT_RESPONSE = ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE();
    private static final int ESTABLISHED = ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED();

    private static final long SEED = Long.getLong("softroce.cm.firstSeed", 1);
    private static final int FLOOD_PER_MS = 15;
    private static final String SERVER = "10.0.0.2";

    private final Random random = new Random(SEED);
    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, SERVER, 2);
    private final InetAddress stranger = VirtualDevice.ipv4("10.0.0.66");

    /** Listens, accepts the requests of the client, and rejects all others. */
    private InetSocketAddress listen() throws Exception {
        final InetSocketAddress address = server.listenAndAccept(VirtualDevice.parameters(2000));
        final int[] accepted = new int[1];
        server.onEvent(event -> {
            if (event.type() == CONNECT_REQUEST) {
                VirtualDevice.unchecked(() -> {
                    if (event.remoteAddress().getPort() > 0
                        && event.remoteAddress().getAddress().equals(client.localAddress())) {
                        event.identifier().accept(VirtualDevice.parameters(2000 + accepted[0]++));
                    } else {
                        event.identifier().reject(new byte[] {4});
                        event.identifier().close();
                    }
                });
            }
        });
        return address;
    }

    /** Returns a request with unused numbers. Its sender has port number 0, which clients never use. */
    private ManagementMessage request(final InetAddress source, final InetSocketAddress target) {
        return Messages.request(new InetSocketAddress(source, 0), target, 3,
            VirtualDevice.parameters(2 + random.nextInt(1 << 20)),
            new CommunicationSettings(20, 15, 20, 20, 20, 12), random.nextLong())
            .set(RequestFields.STARTING_PSN, random.nextInt(1 << 24))
            .set(IdFields.LOCAL_ID, random.nextInt());
    }

    private InetAddress anySource() {
        return VirtualDevice.ipv4("172." + random.nextInt(256) + "." + random.nextInt(256) + "."
            + random.nextInt(256));
    }

    private interface Source {
        InetAddress next();
    }

    private void flood(final Source source, final InetSocketAddress target, final int milliseconds) {
        for (int ms = 0; ms < milliseconds; ms++) {
            for (int i = 0; i < FLOOD_PER_MS; i++) {
                final InetAddress from = source.next();
                server.communication().receive(from, request(from, target).datagram());
            }
            network.runMs(1);
        }
    }

    private long requestsHeard() {
        return server.eventTypes().stream().filter(type -> type == CONNECT_REQUEST).count();
    }

    private String where() {
        return "seed " + SEED;
    }

    @Test
    void handlesABoundedNumberOfRequestsOfOneStranger() throws Exception {
        final InetSocketAddress target = listen();
        flood(() -> stranger, target, 3_000);

        final long heard = requestsHeard() + server.communication().get(CommunicationCounter.DROPPED_BACKLOG);
        final long mostHeard = StrangerBudgets.BURST + 3 * StrangerBudgets.PER_SECOND + 1;
        assertTrue(heard <= mostHeard, () -> heard + " heard, " + where());
        assertTrue(heard >= mostHeard - 2, () -> heard + " heard, " + where());
        assertEquals(3_000 * FLOOD_PER_MS - heard,
            server.communication().get(CommunicationCounter.DROPPED_BUDGET), where());
        assertEquals(RejectedRequests.LIMIT_PER_PEER, server.communication().keptRejections(), where());
        assertEquals(0, server.communication().endpointCount(), where());
    }

    @Test
    void handlesABoundedNumberOfRequestsOfAllStrangers() throws Exception {
        final InetSocketAddress target = listen();
        flood(this::anySource, target, 3_000);

        final long mostHeard = StrangerBudgets.ALL_BURST + 3 * StrangerBudgets.ALL_PER_SECOND + 1;
        assertTrue(requestsHeard() <= mostHeard, () -> requestsHeard() + " heard, " + where());
        assertEquals(RejectedRequests.LIMIT, server.communication().keptRejections(), where());
        assertEquals(0, server.communication().endpointCount(), where());
    }

    @Test
    void answersABoundedNumberOfStrayMessagesAndRequestsWithoutAListener() throws Exception {
        final InetSocketAddress nobody = new InetSocketAddress(server.localAddress(), 9);
        flood(() -> stranger, nobody, 1_000);
        for (int i = 0; i < 10_000; i++) {
            server.communication().receive(stranger, ManagementMessage.create(MessageType.DISCONNECT_REQUEST, i)
                .set(IdFields.REMOTE_ID, random.nextInt()).datagram());
        }

        final long sent = server.communication().get(CommunicationCounter.SENT);
        assertTrue(sent <= StrangerBudgets.BURST + StrangerBudgets.PER_SECOND + 1,
            () -> sent + " sent, " + where());
    }

    /** Peers on three addresses start before the server listens, and all send their requests when it does. */
    @Test
    void admitsPeersThatAskedInVainBeforeTheServerListened() throws Exception {
        final int peersOfAddress = 100;
        final List<InetAddress> addresses = List.of(VirtualDevice.ipv4("10.0.0.11"),
            VirtualDevice.ipv4("10.0.0.12"), VirtualDevice.ipv4("10.0.0.13"));
        network.link((from, to, message) -> new long[0]);
        final InetSocketAddress target = new InetSocketAddress(server.localAddress(), 7000);
        askFromAll(addresses, peersOfAddress, target);
        final long refused = server.communication().get(CommunicationCounter.REFUSED_NO_LISTENER);
        assertEquals(StrangerBudgets.ALL_BURST, refused, where());
        assertEquals(addresses.size() * peersOfAddress - refused,
            server.communication().get(CommunicationCounter.DROPPED_BUDGET), where());

        final ConnectionIdentifierOperations listener = server.manager().createIdentifier();
        listener.bind(target);
        listener.listen(addresses.size() * peersOfAddress + 64);
        askFromAll(addresses, peersOfAddress, target);
        network.runMs(1);
        assertEquals(addresses.size() * peersOfAddress, requestsHeard(), where());
    }

    private void askFromAll(
        final List<InetAddress> addresses, final int peersOfAddress, final InetSocketAddress target) {
        for (int peer = 0; peer < peersOfAddress; peer++) {
            for (final InetAddress address : addresses) {
                server.communication().receive(address, request(address, target).datagram());
            }
        }
    }

    @Test
    void admitsAPeerAtOnceWhileStrangersFlood() throws Exception {
        final InetSocketAddress target = listen();
        client.connect(target, VirtualDevice.parameters(1000));
        network.runMs(10);
        flood(this::anySource, target, 1_000);

        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.1", 77);
        restarted.connect(target, VirtualDevice.parameters(1001));
        flood(this::anySource, target, 10);
        assertEquals(CONNECT_RESPONSE, restarted.lastEvent().type(), where());
        assertEquals(2, server.eventTypes().stream().filter(type -> type == ESTABLISHED).count(), where());
    }

    @Test
    void knowsAPeerThatThisDeviceHasAsked() throws Exception {
        final InetSocketAddress target = listen();
        flood(this::anySource, target, 1_000);
        server.request(new InetSocketAddress(client.localAddress(), 7000), VirtualDevice.parameters(2999));
        client.connect(target, VirtualDevice.parameters(1000));
        flood(this::anySource, target, 10);

        assertEquals(CONNECT_RESPONSE, client.events().getLast().type(), where());
    }

    /** Requests with the address of the peer use up its budget. The peer repeats its request and is admitted. */
    @Test
    void admitsTheRetransmissionsOfAPeerWhoseAddressIsForged() throws Exception {
        final InetSocketAddress target = listen();
        client.connect(target, VirtualDevice.parameters(1000));
        network.runMs(10);
        flood(client::localAddress, target, 2_000);

        final VirtualDevice restarted = new VirtualDevice(network, "10.0.0.1", 77);
        restarted.connect(target, VirtualDevice.parameters(1001));
        flood(client::localAddress, target, 3_000);

        assertEquals(CONNECT_RESPONSE, restarted.lastEvent().type(), where());
        assertTrue(requestsHeard() <= SourceBudgets.KNOWN_BURST + 5 * SourceBudgets.KNOWN_PER_SECOND + 10,
            () -> requestsHeard() + " heard, " + where());
    }

    /** A flood of repeated requests is also limited. */
    @Test
    void limitsRequestsThatComeAgainByASeparateBudget() throws Exception {
        final InetSocketAddress target = listen();
        final List<ManagementMessage> requests = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            requests.add(request(stranger, target));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < requests.size(); i++) {
                server.communication().receive(stranger, requests.get(i).datagram());
                if (i % FLOOD_PER_MS == 0) {
                    network.runMs(1);
                }
            }
        }
        final long passed = 3L * requests.size() - server.communication().get(CommunicationCounter.DROPPED_BUDGET);
        final long bound = StrangerBudgets.BURST + SourceBudgets.REPEATED_BURST
            + 2L * (StrangerBudgets.PER_SECOND + SourceBudgets.REPEATED_PER_SECOND);
        assertTrue(passed <= bound, () -> passed + " of " + 3 * requests.size() + " passed, " + where());
        assertTrue(passed > StrangerBudgets.BURST + SourceBudgets.REPEATED_BURST, where());
    }

    @Test
    void repeatsARejectionWithoutAskingTheListenerAndForgetsItAfterAFixedTime() throws Exception {
        final InetSocketAddress target = listen();
        final List<ManagementMessage> answers = new ArrayList<>();
        network.link((from, to, message) -> new long[0]);
        final VirtualDevice asker = new VirtualDevice(network, stranger.getHostAddress(), 5);
        network.link((from, to, message) -> {
            answers.add(message);
            return new long[0];
        });
        final ManagementMessage request = request(asker.localAddress(), target);
        for (int i = 0; i < 3; i++) {
            server.communication().receive(stranger, request.datagram());
            network.runMs(500);
        }
        assertEquals(1, requestsHeard());
        assertEquals(3, answers.size());
        assertArrayEquals(answers.get(0).privateData(), answers.get(2).privateData());
        assertEquals(0, server.communication().endpointCount());

        network.run(RejectedRequests.KEPT_NS);
        server.communication().receive(stranger, request.datagram());
        network.runMs(1);
        assertEquals(2, requestsHeard());
    }

    /** The endpoint of a stranger that gives up is not kept longer than those of other strangers. */
    @Test
    void soonForgetsAWithdrawnRequest() throws Exception {
        final InetSocketAddress target = server.listenAndAccept(VirtualDevice.parameters(2000));
        server.onEvent(event -> { });
        final ManagementMessage request = request(stranger, target);
        server.communication().receive(stranger, request.datagram());
        server.communication().receive(stranger, Messages.timeout(request, 0)
            .set(IdFields.LOCAL_ID, request.get(IdFields.LOCAL_ID)).datagram());
        network.runMs(1);
        assertEquals(ffm_verbs_h.RDMA_CM_EVENT_REJECTED(), server.lastEvent().type());
        assertEquals(1, server.communication().endpointCount());

        network.run(CommunicationSettings.DEFAULT.retryIntervalNs());
        assertEquals(0, server.communication().endpointCount());
    }

    @Test
    void theWorkForOneRequestDoesNotGrowWithTheNumberOfConnections() throws Exception {
        final InetSocketAddress target = listen();
        network.link((from, to, message) -> new long[0]);
        for (int i = 0; i < 10_000; i++) {
            server.request(new InetSocketAddress(client.localAddress(), 7000), VirtualDevice.parameters(3_000 + i));
        }
        final long before = server.communication().get(CommunicationCounter.RETRANSMITTED);
        for (int i = 0; i < 3; i++) {
            server.communication().receive(client.localAddress(), request(client.localAddress(), target).datagram());
        }
        network.run(TimeUnit.MILLISECONDS.toNanos(10));

        assertEquals(EndpointTable.MOST_HASTENED,
            server.communication().get(CommunicationCounter.RETRANSMITTED) - before,
            "requests of this device sent again because the peer shows that it is there");
        assertEquals(10_000, server.communication().endpointCount());
    }
}
