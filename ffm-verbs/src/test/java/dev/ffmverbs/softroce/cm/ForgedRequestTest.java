// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ManagementPacket;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a process at the peer's address that names the peer's queue pair, with real sockets and queue pairs. */
@Timeout(60)
class ForgedRequestTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String VICTIM = "soft0";
    private static final String PEER = "soft1";
    private static final String FORGED = "CONNECTION_MANAGER_DROPPED_FORGED";

    static {
        PrivateLoopbackAddresses.use();
    }

    /** A device with a queue pair and a connection manager. */
    private static final class End implements AutoCloseable {
        final Context context;
        final ProtectionDomain domain;
        final CompletionQueue queue;
        final QueuePair queuePair;
        final ConnectionManager manager;
        final InetAddress address;

        End(final String device) {
            context = Verbs.open(device);
            domain = context.allocateProtectionDomain();
            queue = context.createCompletionQueue(16);
            queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
            manager = ConnectionManager.open(context);
            address = context.gid(1, 1).orElseThrow().gid().address();
        }

        @Override
        public void close() {
            manager.close();
            queuePair.close();
            queue.close();
            domain.close();
            context.close();
        }
    }

    private final End victim = new End(VICTIM);
    private final End peer = new End(PEER);
    private final CompletableFuture<Connection> accepted = new CompletableFuture<>();
    private final Listener listener = peer.manager.listen(new InetSocketAddress(peer.address, 0), 4,
        request -> accepted.complete(request.accept(peer.queuePair, ConnectionParameters.defaults())));
    private final Connection connection = victim.manager.connect(
        null, listener.localAddress(), victim.queuePair, ConnectionParameters.defaults(), PATIENCE);

    @AfterEach
    void close() {
        SoftRoceDevices.injectFaults(PEER, FaultSettings.NONE);
        connection.close();
        accepted.join().close();
        listener.close();
        victim.close();
        peer.close();
    }

    private void forgeRequest() throws IOException {
        try (DatagramChannel forger = DatagramChannel.open().bind(new InetSocketAddress(peer.address, 0))) {
            final ManagementMessage request = Messages.request(new InetSocketAddress(peer.address, 1234),
                new InetSocketAddress(victim.address, 7471), 3,
                VirtualDevice.parameters(peer.queuePair.number()), CommunicationSettings.DEFAULT, 1)
                .set(IdFields.LOCAL_ID, 99);
            final RocePacket packet = new RocePacket();
            ManagementPacket.wrap(packet, request.datagram(), 0);
            new Icrc().seal(packet, new UdpPath(IpAddress.of(peer.address),
                ((InetSocketAddress) forger.getLocalAddress()).getPort(), IpAddress.of(victim.address), 4791, 0));
            final ByteBuffer bytes = packet.buffer().slice(0, packet.lengthBytes());
            forger.send(bytes, new InetSocketAddress(victim.address, 4791));
        }
    }

    private long forgeries() {
        return victim.context.portStatistics(1).get(FORGED);
    }

    private static void await(final java.util.function.BooleanSupplier reached, final String what)
        throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < PATIENCE.toNanos(), "not within 20 s: " + what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void doesNotEndAConnectionWhosePeerIsThere() throws Exception {
        final long before = forgeries();
        forgeRequest();
        await(() -> forgeries() > before, "the request is found out");

        assertTrue(connection.isEstablished());
        assertTrue(accepted.join().isEstablished());
        assertEquals(QueuePairState.READY_TO_SEND, victim.queuePair.state());
        assertEquals(QueuePairState.READY_TO_SEND, peer.queuePair.state());
    }

    @Test
    void isBelievedWhenThePeerIsSilent() throws Exception {
        SoftRoceDevices.injectFaults(PEER, FaultSettings.parse("partition=both"));
        forgeRequest();
        await(() -> !connection.isEstablished(), "the connection ends");
    }
}
