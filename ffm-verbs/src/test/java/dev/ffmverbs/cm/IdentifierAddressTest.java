// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.rdma_cm_id;
import dev.ffmverbs.jextract.rdma_event_channel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C structures behind the objects of a connection manager. */
@Timeout(60)
@SuppressWarnings("restricted")
class IdentifierAddressTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static MemorySegment sized(final MemorySegment address, final long sizeBytes) {
        assertEquals(0, address.byteSize());
        return address.reinterpret(sizeBytes);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void everyIdentifierReportsToTheChannelOfItsManager(final DevicePair devices) throws Exception {
        devices.require();
        for (final Device device : List.of(devices.left(), devices.right())) {
            Assumptions.assumeTrue("ibverbs".equals(device.provider()), () -> device + " has no C structures");
        }
        final RequestQueue<ConnectionRequest> requests = new RequestQueue<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right())) {
            final Listener listener = server.manager.listen(server.anyPort(), 8, requests);
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(client.anyPort(),
                listener.localAddress(), client.queuePair, ConnectionParameters.defaults(), LIMIT);
            final ConnectionRequest request = requests.await(LIMIT).orElseThrow();
            final MemorySegment requested = request.nativeAddress();
            final Connection accepted = request.accept(server.queuePair, ConnectionParameters.defaults());
            final Connection connection = connecting.get(20, TimeUnit.SECONDS);

            final MemorySegment channel = server.manager.nativeAddress();
            for (final IdentifierOwner owner : new IdentifierOwner[] {listener, accepted}) {
                final MemorySegment identifier = sized(owner.nativeAddress(), rdma_cm_id.sizeof());
                assertEquals(channel, rdma_cm_id.channel(identifier));
                assertEquals(ffm_verbs_h.RDMA_PS_TCP(), rdma_cm_id.ps(identifier));
                assertEquals(0, rdma_cm_id.qp(identifier).address());
            }
            assertEquals(requested, accepted.nativeAddress());
            assertEquals(client.manager.nativeAddress(),
                rdma_cm_id.channel(sized(connection.nativeAddress(), rdma_cm_id.sizeof())));
            assertNotEquals(0, rdma_event_channel.fd(sized(channel, rdma_event_channel.sizeof())));

            connection.close();
            accepted.close();
            assertThrows(IllegalStateException.class, connection::nativeAddress);
            assertThrows(IllegalStateException.class, request::nativeAddress);
            listener.close();
            assertThrows(IllegalStateException.class, listener::nativeAddress);
            server.manager.close();
            assertThrows(IllegalStateException.class, server.manager::nativeAddress);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void aDeviceWithoutStructuresIsNamed(final DevicePair devices) {
        devices.require();
        Assumptions.assumeFalse("ibverbs".equals(devices.left().provider()),
            () -> devices.left() + " has C structures");
        try (Node node = new Node(devices.left())) {
            final Listener listener = node.manager.listen(node.anyPort(), 1, request -> { });
            assertEquals(devices.left().name(),
                assertThrows(UnsupportedVerbException.class, listener::nativeAddress).deviceName());
            assertEquals(devices.left().name(),
                assertThrows(UnsupportedVerbException.class, node.manager::nativeAddress).deviceName());
            listener.close();
            assertThrows(IllegalStateException.class, listener::nativeAddress);
        }
    }
}
