// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Gid;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeerExchangeTest {

    private static final EndpointAddress CLIENT = new EndpointAddress(new Gid(1, 2), 0xABCDEF, 3, 1L << 40, -4);
    private static final EndpointAddress SERVER = new EndpointAddress(new Gid(5, -6), 7, 0xFFFFFF, -8, 9);

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Measurement eightBytes(final Operation operation) {
        return new Measurement(operation, "", Endpoint.ANY_GID, 8);
    }

    private static CompletableFuture<EndpointAddress> serve(final int port, final Operation operation) {
        return CompletableFuture.supplyAsync(() -> {
            try (PeerExchange exchange = PeerExchange.accept(port)) {
                final EndpointAddress peer = exchange.introduce(eightBytes(operation), SERVER);
                exchange.meet();
                return peer;
            } catch (final IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void givesEachEndTheOthersAddress() throws Exception {
        final int port = freePort();
        final CompletableFuture<EndpointAddress> server = serve(port, Operation.SEND);
        try (PeerExchange client = PeerExchange.connect("127.0.0.1", port)) {
            assertEquals(SERVER, client.introduce(eightBytes(Operation.SEND), CLIENT));
            client.meet();
            assertEquals(CLIENT, server.join());
        }
    }

    @Test
    void refusesEndsThatMeasureDifferentThings() throws Exception {
        final int port = freePort();
        final CompletableFuture<EndpointAddress> server = serve(port, Operation.READ);
        try (PeerExchange client = PeerExchange.connect("127.0.0.1", port)) {
            final IOException refused =
                assertThrows(IOException.class, () -> client.introduce(eightBytes(Operation.WRITE), CLIENT));
            assertEquals("this end measures WRITE of 8 bytes, the other READ of 8: start both with the same arguments",
                refused.getMessage());
            assertThrows(CompletionException.class, server::join);
        }
    }

    @Test
    void saysThatTheOtherEndWentAway() throws Exception {
        try (ServerSocket listening = new ServerSocket(0);
             PeerExchange client = PeerExchange.connect("127.0.0.1", listening.getLocalPort())) {
            listening.accept().close();

            final String refusal =
                assertThrows(IOException.class, () -> client.introduce(eightBytes(Operation.WRITE), CLIENT))
                    .getMessage();
            assertTrue(refusal.startsWith("the other end, at ") && refusal.contains("went away"), refusal);
            assertTrue(assertThrows(IOException.class, client::meet).getMessage().contains("went away"));
        }
    }
}
