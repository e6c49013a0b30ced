// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.cm.ConnectionException.Reason;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests requests that are unanswered when their peer gives up or when an object that they need is closed. */
@Timeout(90)
class UnansweredRequestTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long PROMPT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    /** A client that has requested a connection, and its unanswered request at the server. */
    private static final class Asked implements AutoCloseable {
        final Node client;
        final Node server;
        final Listener listener;
        final CompletableFuture<Connection> attempt;
        final ConnectionRequest request;

        /** Returns the number of events that the server's manager has handled. */
        private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();

        Asked(final DevicePair devices) throws Exception {
            devices.require();
            client = new Node(devices.left());
            server = new Node(devices.right());
            server.manager.observe(events::add);
            final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
            listener = server.manager.listen(server.anyPort(), 4, requests::add);
            attempt = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, DEFAULTS, TIMEOUT);
            request = requests.poll(20, TimeUnit.SECONDS);
            assertNotNull(request, "no request arrived");
        }

        void awaitEvent(final ConnectionEventType type) throws InterruptedException {
            ConnectionEvent event = events.poll(20, TimeUnit.SECONDS);
            while (event != null && event.type() != type) {
                event = events.poll(20, TimeUnit.SECONDS);
            }
            assertNotNull(event, "no " + type);
        }

        /**
         * Waits until the server's transport knows that the client has given up. The kernel does not report that for an
         * unanswered request, so the wait is a fixed time there.
         */
        void awaitWithdrawal() throws InterruptedException {
            if (server.context.device().provider().equals("softroce")) {
                awaitEvent(ConnectionEventType.REJECTED);
            } else {
                Thread.sleep(500);
            }
        }

        /**
         * Expects that the request cannot be accepted. On iWARP it can be, until the kernel of the client gives up,
         * too; the connection then ends at once.
         */
        void assertWithdrawn() throws Exception {
            try (Connection accepted = request.accept(server.queuePair, DEFAULTS)) {
                assertTrue(isIwarp(), "a request was accepted that the peer had given up");
                accepted.whenDisconnected().get(20, TimeUnit.SECONDS);
            } catch (final ConnectionException withdrawn) {
                assertEquals(Reason.PEER_GAVE_UP, withdrawn.reason(), withdrawn.getMessage());
            }
        }

        boolean isIwarp() {
            return client.context.device().transportType() == TransportType.IWARP;
        }

        Reason reason() {
            return assertInstanceOf(ConnectionException.class, assertThrows(
                ExecutionException.class, () -> attempt.get(20, TimeUnit.SECONDS)).getCause()).reason();
        }

        @Override
        public void close() {
            listener.close();
            server.close();
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void acceptingAWithdrawnRequestSaysSoEvenBeforeTheEventHasArrived(final DevicePair devices) throws Exception {
        for (final boolean newsHasCome : new boolean[] {true, false}) {
            try (Asked asked = new Asked(devices)) {
                if (!newsHasCome && asked.isIwarp()) {
                    // The connection that is then accepted ends with an event, which the blocked thread does not read.
                    return;
                }
                final CountDownLatch release = new CountDownLatch(1);
                if (!newsHasCome) {
                    asked.server.manager.observe(event -> awaitQuietly(release));
                }
                asked.attempt.cancel(true);
                if (newsHasCome) {
                    asked.awaitWithdrawal();
                } else {
                    // Now the transport has the event, and the manager's thread is blocked from reading it.
                    Thread.sleep(500);
                }

                asked.assertWithdrawn();
                release.countDown();
                asked.request.rejectUnanswered();
            }
        }
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void rejectingAWithdrawnRequestDoesNothing(final DevicePair devices) throws Exception {
        try (Asked asked = new Asked(devices)) {
            asked.attempt.cancel(true);
            asked.awaitWithdrawal();

            asked.request.reject(new byte[] {1});

            assertThrows(IllegalStateException.class, () -> asked.request.reject(new byte[] {1}));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAttemptIsGivenUpIfItsCallerCompletesTheFuture(final DevicePair devices) throws Exception {
        try (Asked asked = new Asked(devices)) {
            assertInstanceOf(TimeoutException.class, assertThrows(ExecutionException.class,
                () -> asked.attempt.orTimeout(10, TimeUnit.MILLISECONDS).get(20, TimeUnit.SECONDS)).getCause());

            asked.awaitWithdrawal();
            asked.assertWithdrawn();
        }
    }

    /** On iWARP, the kernel waits longer for the answer, and a call that ends the attempt in the kernel waits, too. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void anAttemptIsCancelledAtOnceAndItsManagerConnectsOthers(final DevicePair devices) throws Exception {
        try (Asked asked = new Asked(devices)) {
            final long startNs = System.nanoTime();
            asked.attempt.cancel(true);
            final Node client = asked.client;
            final Node server = asked.server;
            try (QueuePair other = client.newQueuePair(); QueuePair others = server.newQueuePair();
                 AcceptingListener listener = new AcceptingListener(server.manager, server.anyPort(), others);
                 Connection connection = client.manager.connect(
                     client.anyPort(), listener.address(), other, DEFAULTS, TIMEOUT)) {
                assertTrue(connection.isEstablished());
                assertTrue(System.nanoTime() - startNs < PROMPT_NS, "somebody waited for an answer");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aClientMayCloseEverythingButItsManagerWhileItWaits(final DevicePair devices) throws Exception {
        try (Asked asked = new Asked(devices)) {
            final Node client = asked.client;
            client.queuePair.close();
            client.queue.close();
            client.domain.close();
            client.context.close();
            if (asked.isIwarp()) {
                // The kernel has closed the queue pair only after nobody had answered for long enough.
                asked.assertWithdrawn();
                assertEquals(Reason.UNREACHABLE, asked.reason());
                return;
            }
            final Connection accepted = asked.request.accept(asked.server.queuePair, DEFAULTS);

            assertEquals(Reason.CLOSED, asked.reason());
            assertEquals(Reason.PEER_GAVE_UP, assertInstanceOf(ConnectionException.class, assertThrows(
                ExecutionException.class, () -> accepted.whenEstablished().get(20, TimeUnit.SECONDS)).getCause())
                .reason());
            accepted.close();
            assertEquals(QueuePairState.ERROR, asked.server.queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aManagerClosesAlthoughAnEndedConnectionWasNotClosed(final DevicePair devices) throws Exception {
        try (Asked asked = new Asked(devices)) {
            final Connection accepted = asked.request.accept(asked.server.queuePair, DEFAULTS);
            asked.attempt.get(20, TimeUnit.SECONDS).close();
            accepted.whenDisconnected().get(20, TimeUnit.SECONDS);
            asked.listener.close();

            asked.server.manager.close();

            accepted.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aManagerClosesWhetherPeersHaveGivenUpOrNotAndLeavesNoDescriptors(final DevicePair devices)
        throws Exception {
        devices.require();
        int before = Integer.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            closeWithUnansweredRequests(devices, round % 2 == 0);
            final int now = new File("/proc/self/fd").list().length;
            assertTrue(now <= before, "descriptors grew from " + before + " to " + now);
            before = now;
        }
    }

    private static void closeWithUnansweredRequests(final DevicePair devices, final boolean atOnce) throws Exception {
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        final List<QueuePair> queuePairs = new ArrayList<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right())) {
            final Listener listener = server.manager.listen(server.anyPort(), 8, requests::add);
            final List<CompletableFuture<Connection>> attempts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                queuePairs.add(client.newQueuePair());
                attempts.add(client.manager.connectAsync(
                    client.anyPort(), listener.localAddress(), queuePairs.getLast(), DEFAULTS, TIMEOUT));
            }
            for (int i = 0; i < 3; i++) {
                assertNotNull(requests.poll(20, TimeUnit.SECONDS), "a request is missing");
            }
            attempts.get(0).cancel(true);
            attempts.get(1).cancel(true);
            if (!atOnce) {
                Thread.sleep(100);
            }
            listener.close();

            server.manager.close();
            server.manager.close();

            assertEquals(Reason.REJECTED, assertInstanceOf(ConnectionException.class, assertThrows(
                ExecutionException.class, () -> attempts.get(2).get(20, TimeUnit.SECONDS)).getCause()).reason());
            queuePairs.forEach(QueuePair::close);
        }
    }
}
