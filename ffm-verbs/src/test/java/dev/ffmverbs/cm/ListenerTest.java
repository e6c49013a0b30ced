// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listener makes of the events of its transport. */
@Timeout(60)
class ListenerTest {

    private static final int BACKLOG = 2;

    private final FakeTransport transport = new FakeTransport();
    private final EventDispatcher dispatcher = new EventDispatcher("fake0", transport);
    private final Device device = DevicePair.single().findFirst().orElseThrow().left();
    private final Node node = new Node(device);
    private final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
    private final Listener listener = listen();

    private Listener listen() {
        dispatcher.start();
        final ManagedDevices devices = new ManagedDevices(List.of(node.context));
        return new Listening(devices, dispatcher, new InetSocketAddress("10.0.0.9", 7000), BACKLOG).open(
            PortSpace.CONNECTIONS,
            new Listener.Service<>(event -> new ConnectionRequest(dispatcher, devices, event), requests::add));
    }

    @AfterEach
    void close() throws Exception {
        listener.close();
        dispatcher.stop();
        dispatcher.awaitEnd();
        node.close();
    }

    private void request() {
        transport.put(ConnectionEventTypes.CONNECT_REQUEST, transport.createIdentifier(), listener.identifier());
    }

    private ConnectionRequest next() throws InterruptedException {
        return requests.poll(20, TimeUnit.SECONDS);
    }

    private void awaitClosed(final int identifiers) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (transport.closed.get() < identifiers) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20),
                transport.closed + " of " + identifiers + " identifiers were closed within 20 s");
            Thread.sleep(1);
        }
    }

    @Test
    void rejectsRequestsBeyondItsBacklog() throws Exception {
        for (int peer = 0; peer < 5; peer++) {
            request();
        }
        awaitClosed(3);

        assertEquals(BACKLOG, requests.size());
    }

    @Test
    void takesAnotherRequestForEachThatWasAnswered() throws Exception {
        for (int round = 0; round < 5; round++) {
            request();
            request();
            next().reject(new byte[0]);
            next().reject(new byte[0]);
        }
    }

    @Test
    void takesAnotherRequestForEachThatItsPeerHasWithdrawn() throws Exception {
        request();
        request();
        final ConnectionRequest withdrawn = next();
        next();
        transport.put(ConnectionEventTypes.REJECTED, withdrawn.identifier(), null);
        awaitClosed(1);
        request();

        assertNotNull(next(), "the place of the withdrawn request is free");
    }

    @Test
    void aQueueOfRequestsKeepsNoneThatWereWithdrawn() throws Exception {
        final RequestQueue<ConnectionRequest> queue = new RequestQueue<>();
        for (int withdrawn = 1; withdrawn <= 3; withdrawn++) {
            request();
            final ConnectionRequest request = next();
            queue.accept(request);
            assertEquals(1, queue.size());
            transport.put(ConnectionEventTypes.REJECTED, request.identifier(), null);
            awaitClosed(withdrawn);
        }
    }

    @Test
    void endsWhenItsDeviceIsRemoved() throws Exception {
        assertTrue(listener.isListening());
        transport.put(ConnectionEventTypes.DEVICE_REMOVAL, listener.identifier(), null);
        awaitClosed(1);

        assertFalse(listener.isListening());
    }

    @Test
    void noLongerListensOnceItIsClosed() {
        listener.close();

        assertFalse(listener.isListening());
        assertNull(requests.poll());
    }
}
