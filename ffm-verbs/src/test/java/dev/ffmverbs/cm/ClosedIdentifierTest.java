// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.Device;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No identifier is used after it was closed. On a kernel device, its memory is freed then. */
@Timeout(60)
class ClosedIdentifierTest {

    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.9", 7000);

    /** Beyond the last type, so that an unknown one is among them. */
    private static final int EVENT_TYPES = 20;

    private final FakeTransport transport = new FakeTransport();
    private final EventDispatcher dispatcher = new EventDispatcher("fake0", transport);
    private final Device device = DevicePair.single().findFirst().orElseThrow().left();
    private final Node node = new Node(device);

    @AfterEach
    void nothingWasCalledAfterClose() {
        node.close();
        assertEquals(List.of(), transport.callsAfterClose);
    }

    private Connection newConnection(final boolean accepting) throws Exception {
        final QueuePairClaim claim =
            QueuePairClaim.take(node.queuePair, List.of(device.name()), device.provider(), "the test");
        return dispatcher.create(PortSpace.CONNECTIONS, identifier -> new Connection(
            dispatcher, identifier, claim, ConnectionParameters.defaults(), PEER, accepting), Connection::target);
    }

    private static Reason failureOf(final CompletableFuture<?> attempt) {
        final Throwable failure = assertThrows(
            ExecutionException.class, () -> attempt.get(20, TimeUnit.SECONDS)).getCause();
        return ((ConnectionException) failure).reason();
    }

    private static void sendEverything(final EventTarget target) {
        for (int type = 0; type < EVENT_TYPES; type++) {
            target.handler().accept(FakeTransport.event(type, null, null));
        }
        target.onEventsLost().accept(new ConnectionException(Reason.MANAGER_ENDED, "of the test"));
        target.close().run();
        target.keepsManagerOpen().getAsBoolean();
        target.isClosed().getAsBoolean();
    }

    @Test
    void anAttemptThatEndedBeforeItBeginsSendsNothing() throws Exception {
        final Connection connection = newConnection(false);
        connection.close();

        assertEquals(Reason.CLOSED, failureOf(connection.start(null, TimeUnit.SECONDS.toNanos(20))));
    }

    @Test
    void anAttemptWhoseTimeLimitPassesAtAnyMomentEndsOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            final Connection connection = newConnection(false);
            assertEquals(Reason.TIMED_OUT, failureOf(connection.start(null, 1 + i * 500L)));
            node.queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
        }
        assertEquals(0, dispatcher.targets().size());
    }

    @Test
    void anAcceptanceWhoseConnectionIsClosedBeforeItBeginsSendsNothing() throws Exception {
        final Connection connection = newConnection(true);
        connection.close();

        assertEquals(Reason.CLOSED,
            assertThrows(ConnectionException.class, () -> connection.accept(new byte[0])).reason());
    }

    @Test
    void aClosedConnectionIgnoresEventsAndCalls() throws Exception {
        for (final boolean accepting : new boolean[] {false, true}) {
            final Connection connection = newConnection(accepting);
            connection.close();

            sendEverything(connection.target());
            connection.disconnect();
            connection.localAddress();
            connection.privateData();
            connection.close();
            node.queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
        }
    }

    private ConnectionRequest newRequest() {
        final ConnectionIdentifierOperations identifier = transport.createIdentifier();
        final ConnectionRequest request = new ConnectionRequest(dispatcher, new ManagedDevices(List.of(node.context)),
            FakeTransport.event(ConnectionEventTypes.CONNECT_REQUEST, identifier, transport.createIdentifier()));
        dispatcher.file(identifier, request.target());
        return request;
    }

    private void useEverywhere(final ConnectionRequest request) {
        sendEverything(request.target());
        request.device();
        request.localAddress();
        request.rejectUnanswered();
        assertThrows(IllegalStateException.class, () -> request.reject(new byte[0]));
        assertThrows(IllegalStateException.class,
            () -> request.accept(node.queuePair, ConnectionParameters.defaults()));
    }

    @Test
    void aRejectedRequestIgnoresEventsAndCalls() {
        final ConnectionRequest request = newRequest();
        request.reject(new byte[0]);

        useEverywhere(request);
    }

    @Test
    void aWithdrawnRequestIgnoresEventsAndCalls() {
        final ConnectionRequest request = newRequest();
        request.target().handler().accept(FakeTransport.event(ConnectionEventTypes.REJECTED, null, null));

        assertEquals(Reason.PEER_GAVE_UP, assertThrows(ConnectionException.class,
            () -> request.accept(node.queuePair, ConnectionParameters.defaults())).reason());
        request.reject(new byte[0]);
        useEverywhere(request);
    }
}
