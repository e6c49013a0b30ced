// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener that accepts and then ends the connection has rejected nothing, even if its acceptance is lost. */
@Timeout(20)
class LostAcceptanceTest {

    private static final int REJECTED = ffm_verbs_h.RDMA_CM_EVENT_REJECTED();
    private static final int DISCONNECTED = ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED();

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    /** Connects while some messages are lost. The server disconnects immediately after it accepts. */
    private void connectAndDisconnect(final List<MessageType> lost) throws Exception {
        network.link((from, to, message) -> lost.contains(message.type()) ? new long[0] : new long[] {1000});
        final InetSocketAddress address = server.listenAndAccept(VirtualDevice.parameters(0xABCDEF));
        client.connect(address, VirtualDevice.parameters(0x1234));
        network.runMs(1);
        server.events().getLast().identifier().disconnect();
        network.runMs(3000);
    }

    @Test
    void isReportedAsDisconnectedIfTheDisconnectRequestArrives() throws Exception {
        connectAndDisconnect(List.of(MessageType.REPLY));

        assertTrue(client.eventTypes().contains(DISCONNECTED), () -> String.join("\n", network.log()));
        assertFalse(client.eventTypes().contains(REJECTED), () -> String.join("\n", network.log()));
    }

    @Test
    void isReportedAsStaleIfTheDisconnectRequestIsLostToo() throws Exception {
        connectAndDisconnect(List.of(MessageType.REPLY, MessageType.DISCONNECT_REQUEST));

        assertEquals(REJECTED, client.lastEvent().type(), () -> String.join("\n", network.log()));
        assertNotEquals(RejectReason.CONSUMER_DEFINED, client.lastEvent().status());
        assertEquals(RejectReason.STALE_CONNECTION, client.lastEvent().status());
        assertTrue(client.communication().endpointCount() <= 1, "nothing is left but what remembers duplicates");
    }
}
