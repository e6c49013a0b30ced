// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.cm.VirtualDevice.InjectedError;
import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Injects errors into any call of a communication manager. Every connection is established or ends, its events arrive
 * once, and no state remains.
 */
@Timeout(60)
class EndpointErrorsTest {

    private static final int PORT = 7000;
    private static final int CLIENT_QUEUE_PAIR = 0x1234;
    private static final int SERVER_QUEUE_PAIR = 0xABCDEF;
    private static final int[] ERRORS_IN_A_ROW = {1, 2, 3, 7, 20};

    /** An end without identifiers. The first few notifications of its application fail. */
    private static final class DeafObserver implements EndpointObserver {
        private final List<EndpointEvent.Kind> heard = new ArrayList<>();
        private final int deafTimes;
        private int left;

        DeafObserver(final int deafTimes) {
            this.deafTimes = deafTimes;
            this.left = deafTimes;
        }

        @Override
        public void on(final EndpointEvent event) {
            if (left > 0) {
                left--;
                throw new InjectedError();
            }
            left = deafTimes;
            heard.add(event.kind());
        }
    }

    private final VirtualNetwork network = new VirtualNetwork();
    private final VirtualDevice client = new VirtualDevice(network, "10.0.0.1", 1);
    private final VirtualDevice server = new VirtualDevice(network, "10.0.0.2", 2);
    private final Set<ConnectionIdentifierOperations> closed = new HashSet<>();
    private ConnectionEndpoint accepted;
    private ConnectionEndpoint connecting;

    /** Retries the close until it succeeds, as the manager's thread does. */
    private void close(final ConnectionIdentifierOperations identifier) {
        closed.add(identifier);
        while (true) {
            try {
                identifier.close();
                return;
            } catch (final InjectedError again) {
                continue;
            } catch (final ProviderException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Performs a step of an identifier, or closes it. */
    private void attempt(final ConnectionIdentifierOperations identifier, final VirtualDevice.Operation step) {
        try {
            step.run();
        } catch (final InjectedError | ProviderException e) {
            close(identifier);
        }
    }

    private void onEvent(final ConnectionEventData event) {
        final ConnectionIdentifierOperations identifier = event.identifier();
        switch (event.type()) {
            case ConnectionEventTypes.CONNECT_REQUEST ->
                attempt(identifier, () -> identifier.accept(VirtualDevice.parameters(SERVER_QUEUE_PAIR)));
            case ConnectionEventTypes.CONNECT_RESPONSE -> attempt(identifier, identifier::establish);
            case ConnectionEventTypes.REJECTED, ConnectionEventTypes.UNREACHABLE,
                ConnectionEventTypes.DISCONNECTED -> close(identifier);
            default -> { }
        }
    }

    private String log() {
        return String.join("\n", network.log());
    }

    /** Connects and disconnects while a device fails. Returns whether some of the failures did not occur. */
    private boolean survives(final VirtualDevice failing, final int call, final int errors) throws Exception {
        network.log().clear();
        client.events().clear();
        server.events().clear();
        final ConnectionIdentifierOperations listener = server.manager().createIdentifier();
        listener.bind(new InetSocketAddress(server.localAddress(), PORT));
        listener.listen(8);
        client.onEvent(this::onEvent);
        server.onEvent(this::onEvent);
        final ConnectionIdentifierOperations connection = client.manager().createIdentifier();
        connection.resolveAddress(null, listener.localAddress(), 1000);
        connection.resolveRoute(1000);

        failing.failAt(call, errors);
        attempt(connection, () -> connection.connect(VirtualDevice.parameters(CLIENT_QUEUE_PAIR)));
        network.runMs(8_000);
        final boolean isEstablished = !closed.contains(connection)
            && client.eventTypes().contains(ConnectionEventTypes.CONNECT_RESPONSE)
            && server.eventTypes().contains(ConnectionEventTypes.ESTABLISHED);
        assertTrue(isEstablished || closed.contains(connection), () -> "established or ended: " + log());
        if (isEstablished) {
            attempt(connection, connection::disconnect);
            network.runMs(8_000);
            assertTrue(server.eventTypes().contains(ConnectionEventTypes.DISCONNECTED), this::log);
        }
        close(listener);
        network.runMs(60_000);

        assertEquals(0, client.communication().endpointCount(), this::log);
        assertEquals(0, server.communication().endpointCount(), this::log);
        assertEquals(new HashSet<>(client.eventTypes()).size(), client.events().size(), this::log);
        final boolean over = !failing.hasFailedEnough();
        failing.failAt(Integer.MAX_VALUE, 0);
        assertEquals(Long.MAX_VALUE, client.communication().untilNextDeadlineNs(), this::log);
        assertEquals(Long.MAX_VALUE, server.communication().untilNextDeadlineNs(), this::log);
        return over;
    }

    @Test
    void everyConnectionIsEstablishedOrEndsWhateverTheDeviceThrows() throws Exception {
        for (final VirtualDevice failing : List.of(client, server)) {
            for (final int errors : ERRORS_IN_A_ROW) {
                int call = 1;
                while (!survives(failing, call, errors)) {
                    call++;
                }
                assertTrue(call > 20, "only " + call + " calls of " + failing.deviceName());
            }
        }
    }

    @Test
    void theDeviceLearnsOfAnEarlierDeadlineHoweverOftenThatFails() throws Exception {
        final ConnectionIdentifierOperations connection = client.manager().createIdentifier();
        connection.resolveAddress(null, new InetSocketAddress(server.localAddress(), PORT), 1000);
        connection.resolveRoute(1000);
        client.failAt(7, 3);
        // The calls are the time, three random numbers, the path and the request. The seventh announces the deadline.
        assertThrows(InjectedError.class, () -> connection.connect(VirtualDevice.parameters(CLIENT_QUEUE_PAIR)));
        assertEquals(0, client.earlierDeadlines());
        while (!client.hasFailedEnough()) {
            assertThrows(InjectedError.class, client.communication()::tick);
        }

        client.communication().tick();

        assertEquals(1, client.earlierDeadlines());
    }

    /** Closes a listener with unread requests while its device fails. Returns the same as {@link #survives}. */
    private boolean freesAListener(final int call, final int errors) throws Exception {
        network.log().clear();
        client.events().clear();
        final SoftConnectionManager unread = VirtualDevice.managerOf(server.communication());
        final ConnectionIdentifierOperations listener = unread.createIdentifier();
        listener.bind(new InetSocketAddress(server.localAddress(), PORT));
        listener.listen(8);
        client.onEvent(this::onEvent);
        for (int i = 0; i < 3; i++) {
            client.request(listener.localAddress(), VirtualDevice.parameters(CLIENT_QUEUE_PAIR + i));
        }
        network.runMs(10);
        assertEquals(3, server.communication().endpointCount(), this::log);

        server.failAt(call, errors);
        close(listener);
        final boolean over = !server.hasFailedEnough();
        server.failAt(Integer.MAX_VALUE, 0);
        assertNull(unread.nextEvent(0), "requests that were rejected");
        final ConnectionIdentifierOperations next = unread.createIdentifier();
        next.bind(new InetSocketAddress(server.localAddress(), PORT));
        next.listen(8);
        network.runMs(20_000);

        assertEquals(3, client.eventTypes().stream().filter(type -> type == ConnectionEventTypes.REJECTED).count(),
            this::log);
        assertNull(unread.nextEvent(0), "a request that came again after it was rejected");
        close(next);
        assertEquals(0, client.communication().endpointCount(), this::log);
        assertEquals(0, server.communication().endpointCount(), this::log);
        return over;
    }

    @Test
    void aListenerIsFreedAndRejectsWhatNobodyHasReadHoweverOftenClosingFails() throws Exception {
        for (final int errors : ERRORS_IN_A_ROW) {
            int call = 1;
            while (!freesAListener(call, errors)) {
                call++;
            }
            assertTrue(call > 3, "only " + call + " calls");
        }
    }

    private boolean offer(
        final ConnectionEndpoint endpoint, final AddressHeader addresses, final ManagementMessage request,
        final EndpointObserver observer) {
        endpoint.observe(observer);
        accepted = endpoint;
        return true;
    }

    @Test
    void everyEventIsReportedOnceHoweverOftenThatFails() {
        for (final int deafTimes : new int[] {0, 1, 2, 5}) {
            final DeafObserver ofClient = new DeafObserver(deafTimes);
            final DeafObserver ofServer = new DeafObserver(deafTimes);
            final RequestListener listener = new RequestListener() {
                @Override
                public int backlogLimit() {
                    return 8;
                }

                @Override
                public boolean offer(
                    final ConnectionEndpoint endpoint, final AddressHeader addresses,
                    final ManagementMessage request) {
                    return EndpointErrorsTest.this.offer(endpoint, addresses, request, ofServer);
                }
            };
            server.communication().listen(PORT, listener);
            client.communication().connect(new InetSocketAddress(client.localAddress(), 40_000),
                new InetSocketAddress(server.localAddress(), PORT), VirtualDevice.parameters(CLIENT_QUEUE_PAIR), 0, 0,
                ofClient, endpoint -> connecting = endpoint);
            network.runMs(10);
            assertTrue(server.communication().accept(accepted, VirtualDevice.parameters(SERVER_QUEUE_PAIR)));
            network.runMs(8_000);
            assertTrue(client.communication().establish(connecting), this::log);
            network.runMs(8_000);
            assertTrue(client.communication().disconnect(connecting), this::log);
            network.runMs(20_000);
            server.communication().stopListening(PORT, listener);

            assertEquals(List.of(EndpointEvent.Kind.REPLIED, EndpointEvent.Kind.DISCONNECTED,
                EndpointEvent.Kind.TIME_WAIT_OVER), ofClient.heard, this::log);
            assertEquals(List.of(EndpointEvent.Kind.ESTABLISHED, EndpointEvent.Kind.DISCONNECTED,
                EndpointEvent.Kind.TIME_WAIT_OVER), ofServer.heard, this::log);
            assertEquals(0, client.communication().endpointCount());
            assertEquals(0, server.communication().endpointCount());
        }
    }

    @Test
    void aRequestThatNobodyAnswersIsReportedHoweverOftenThatFails() {
        final DeafObserver observer = new DeafObserver(5);
        client.communication().connect(new InetSocketAddress(client.localAddress(), 40_000),
            new InetSocketAddress("10.0.0.9", PORT), VirtualDevice.parameters(CLIENT_QUEUE_PAIR), 0, 0, observer,
            endpoint -> connecting = endpoint);
        network.runMs(60_000);

        assertEquals(List.of(EndpointEvent.Kind.UNREACHABLE), observer.heard);
        assertEquals(0, client.communication().endpointCount());
    }
}
