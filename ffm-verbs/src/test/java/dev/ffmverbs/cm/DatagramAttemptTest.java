// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However an attempt to find a peer for datagrams ends, its identifier is destroyed. Nobody ever answers here. */
@Timeout(60)
class DatagramAttemptTest {

    private static final InetSocketAddress NOBODY = new InetSocketAddress("192.0.2.1", 7000);

    private final FakeTransport transport = new FakeTransport();
    private final EventDispatcher dispatcher = new EventDispatcher("silent0", transport);

    @BeforeEach
    void start() {
        dispatcher.start();
    }

    /** The manager stops only if no attempt is left open. */
    @AfterEach
    void stop() throws Exception {
        dispatcher.stop();
        dispatcher.awaitEnd();
    }

    private PeerResolution attempt() throws Exception {
        return dispatcher.create(PortSpace.CONNECTIONS, identifier ->
            new PeerResolution(dispatcher, identifier, null, NOBODY, ConnectionParameters.defaults()),
            DatagramAttempt::target);
    }

    @Test
    void anAttemptThatIsCancelledIsFreed() throws Exception {
        attempt().start(null, TimeUnit.MINUTES.toNanos(1)).cancel(true);
        assertEquals(1, transport.closed.get());
    }

    @Test
    void anAttemptWhoseFutureIsCompletedByItsOwnerIsFreed() throws Exception {
        final CompletableFuture<DatagramPeer> result = attempt().start(null, TimeUnit.MINUTES.toNanos(1));
        result.complete(null);
        assertEquals(1, transport.closed.get());
    }

    @Test
    void anAttemptThatCannotBeginIsFreed() throws Exception {
        final PeerResolution attempt = attempt();
        assertThrows(OutOfMemoryError.class, () -> attempt.startOrFree(() -> {
            throw new OutOfMemoryError("injected");
        }));
        assertEquals(1, transport.closed.get());
    }
}
