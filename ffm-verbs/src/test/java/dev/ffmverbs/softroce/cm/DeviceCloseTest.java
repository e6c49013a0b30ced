// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.cm.VirtualDevice.InjectedError;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that closes notifies every peer, although sending to one of them fails. */
@Timeout(60)
class DeviceCloseTest {

    private static final int CONNECTIONS = 5;
    private static final int QUEUE_PAIR = 0x100;

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);

    private long disconnected() {
        return server.eventTypes().stream().filter(type -> type == ConnectionEventTypes.DISCONNECTED).count();
    }

    @Test
    void aPeerThatCannotBeNotifiedKeepsNewsFromNoOther() throws ProviderException {
        final InetSocketAddress address = server.listenAndAccept(VirtualDevice.parameters(2 * QUEUE_PAIR));
        for (int i = 0; i < CONNECTIONS; i++) {
            client.connect(address, VirtualDevice.parameters(QUEUE_PAIR + i));
        }
        network.runMs(100);
        assertEquals(CONNECTIONS, server.eventTypes().stream()
            .filter(type -> type == ConnectionEventTypes.ESTABLISHED).count(), () -> String.join("\n", network.log()));

        // The first call asks for the time, and the second one sends to the first peer.
        client.failAt(2, 1);
        assertThrows(InjectedError.class, client.communication()::close);
        assertTrue(client.hasFailedEnough());
        network.runMs(10);

        assertEquals(CONNECTIONS - 1, disconnected(), () -> String.join("\n", network.log()));
    }
}
