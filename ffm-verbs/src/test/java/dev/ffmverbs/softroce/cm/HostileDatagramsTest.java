// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.GoldenDatagram;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.wire.IpAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random, modified and repeated datagrams of an attacker do no harm. */
class HostileDatagramsTest {

    private static final int DATAGRAMS = Integer.getInteger("softroce.cm.hostile", 100_000);
    private static final long SEED = Long.getLong("softroce.cm.firstSeed", 1);

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);
    private final InetAddress liar = VirtualDevice.ipv4("10.0.0.3");

    @Test
    @Timeout(120)
    void neitherThrowNorEndConnectionsNorStopTheDevice() throws Exception {
        final Random random = new Random(SEED);
        final List<ManagementMessage> overheard = new ArrayList<>();
        network.link((from, to, message) -> {
            overheard.add(message);
            return new long[] {VirtualNetwork.DELAY_NS};
        });
        final var address = server.listenAndAccept(VirtualDevice.parameters(2000));
        client.connect(address, VirtualDevice.parameters(1000));
        network.runMs(10);
        for (final GoldenDatagram golden : GoldenDatagram.values()) {
            overheard.add(golden.message());
        }
        network.link((from, to, message) -> new long[] {VirtualNetwork.DELAY_NS});

        for (int i = 0; i < DATAGRAMS; i++) {
            server.communication().receive(liar, lie(random, overheard));
            if (random.nextInt(100) == 0) {
                network.run(random.nextInt(1_000_000));
            }
        }

        final String where = "seed " + SEED + "; " + server.eventTypes();
        assertEquals(0, server.events().stream().filter(event ->
            event.remoteAddress().getAddress().equals(client.localAddress())
                && event.type() != ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST()
                && event.type() != ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED()).count(), where);
        assertTrue(server.communication().get(CommunicationCounter.DROPPED_MALFORMED) > DATAGRAMS / 10, where);
        assertTrue(server.communication().get(CommunicationCounter.DROPPED_PEER) > 0, where);
        final int before = client.events().size();
        client.connect(address, VirtualDevice.parameters(1001));
        network.runMs(1000);
        assertEquals(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE(), client.lastEvent().type(), where);
        assertEquals(before + 3, client.events().size());
        network.runMs(200_000);
        assertEquals(2, client.communication().endpointCount(), where);
        assertEquals(2, server.communication().endpointCount(), where);
    }

    private ByteBuffer lie(final Random random, final List<ManagementMessage> overheard) {
        final byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(300) : 256];
        random.nextBytes(bytes);
        final ByteBuffer datagram = ByteBuffer.wrap(bytes);
        if (bytes.length == 256 && random.nextInt(4) > 0) {
            datagram.put(0, overheard.get(random.nextInt(overheard.size())).datagram(), 0, 256);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                final int offset = random.nextInt(256);
                datagram.put(offset, (byte) (datagram.get(offset) ^ 1 << random.nextInt(8)));
            }
            if (random.nextInt(4) == 0) {
                makeRequestOfAttacker(datagram, random);
            }
        }
        return datagram;
    }

    /** Turns a datagram into a request of the attacker. Only the rest of its content can be wrong. */
    private void makeRequestOfAttacker(final ByteBuffer datagram, final Random random) {
        final ManagementMessage message = ManagementMessage.parse(datagram);
        if (message != null && message.type() == MessageType.REQUEST) {
            message.set(RequestFields.LOCAL_GID_LOW, IpAddress.of(liar).low())
                .set(RequestFields.REMOTE_GID_LOW, IpAddress.of(server.localAddress()).low())
                .set(RequestFields.QUEUE_PAIR, random.nextInt(1 << 24))
                .set(IdFields.LOCAL_ID, random.nextInt())
                .setPrivateData(0,
                    new AddressHeader(random.nextInt(1 << 16), liar, server.localAddress()).toBytes());
            datagram.put(0, message.datagram(), 0, 256);
        }
    }
}
