// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.ExtendedCompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Unsupported;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The thread that may change a connected queue pair ends its connection, whichever side ended it first. */
@Timeout(60)
class ConfinedQueuePairTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A client's queue pair, connected to that of a server. */
    private static final class Ends implements AutoCloseable {
        final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        final Node client;
        final Node server;
        final Listener listener;

        Ends(final DevicePair devices) {
            devices.require();
            client = new Node(devices.left());
            server = new Node(devices.right());
            listener = server.manager.listen(server.anyPort(), 4, request ->
                accepted.add(request.accept(server.queuePair, ConnectionParameters.defaults())));
        }

        Connection connect(final QueuePair queuePair) {
            return client.manager.connect(client.anyPort(), listener.localAddress(), queuePair,
                ConnectionParameters.defaults(), TIMEOUT);
        }

        /** Connects the client's queue pair and confines it to this thread. Then the peer ends the connection. */
        Connection connectUntilThePeerEnds() throws Exception {
            final Connection connection = connect(client.queuePair);
            client.queuePair.confine();
            peer().close();
            await(connection.whenDisconnected());
            return connection;
        }

        ExtendedCompletionQueue newExtendedQueue() {
            return Unsupported.orSkip(() -> client.context.createExtendedCompletionQueue(16, null, 0));
        }

        QueuePair newQueuePair(final ExtendedCompletionQueue queue) {
            return client.domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
        }

        Connection peer() throws InterruptedException {
            return accepted.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            listener.close();
            client.close();
            server.close();
        }
    }

    private static void await(final CompletableFuture<Void> future) throws Exception {
        future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertFlushed(final Node node) {
        final WorkCompletions completions = WorkCompletions.allocate(1);
        assertEquals(1, node.queue.await(completions, TIMEOUT));
        assertEquals(WorkCompletionStatus.WORK_REQUEST_FLUSHED, completions.status(0));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void isFlushedWhenItsThreadClosesTheConnectionThatThePeerHasEnded(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            final Connection connection = ends.connect(queuePair);
            queuePair.confine();
            queuePair.postReceive(ReceiveRequest.allocate(1).localAddress(0, 0, 0));
            ends.peer().close();
            await(connection.whenDisconnected());

            connection.close();

            assertEquals(QueuePairState.ERROR, queuePair.state());
            assertFlushed(ends.client);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isFlushedWhenItsThreadDisconnectsAfterThePeer(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            try (Connection connection = ends.connectUntilThePeerEnds()) {
                connection.disconnect();

                assertEquals(QueuePairState.ERROR, queuePair.state());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isFlushedWhenItsThreadClosesTheConnectionAfterAnotherThread(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            final Connection connection = ends.connect(queuePair);
            queuePair.confine();
            CompletableFuture.runAsync(connection::close).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());

            connection.close();

            assertEquals(QueuePairState.ERROR, queuePair.state());
            ends.peer().close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void canBeUsedAgainAfterItsThreadHasResetIt(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            final Connection first = ends.connectUntilThePeerEnds();
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            final QueuePairClaim second = QueuePairClaim.take(queuePair, List.of(queuePair.device().name()),
                queuePair.device().provider(), "a second connection");

            first.close();

            assertEquals(QueuePairState.RESET, queuePair.state());
            second.release();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void refusesToBeDisconnectedWithinABatchOfItsThread(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices); ExtendedCompletionQueue queue = ends.newExtendedQueue();
             QueuePair queuePair = ends.newQueuePair(queue);
             Connection connection = ends.connect(queuePair)) {
            openBatch(queue, queuePair);

            assertThrows(IllegalStateException.class, connection::disconnect);
            queue.endPoll();

            connection.disconnect();
            assertEquals(QueuePairState.ERROR, queuePair.state());
            await(ends.peer().whenDisconnected());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void thePeerLearnsOfTheEndAlthoughABatchIsOpenAndTheCallerIsToldOnce(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices); ExtendedCompletionQueue queue = ends.newExtendedQueue();
             QueuePair queuePair = ends.newQueuePair(queue)) {
            final Connection connection = ends.connect(queuePair);
            openBatch(queue, queuePair);

            assertThrows(IllegalStateException.class, connection::close);

            await(ends.peer().whenDisconnected());
            connection.close();
            queue.endPoll();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void keepsTheReceivesForItsNextConnectionWhenTheOneBeforeIsClosed(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            final Connection first = ends.connectUntilThePeerEnds();
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());

            first.close();

            assertEquals(QueuePairState.INIT, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void staysConnectedByHandWhenTheConnectionBeforeIsClosed(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices)) {
            final QueuePair queuePair = ends.client.queuePair;
            final Connection first = ends.connectUntilThePeerEnds();
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            ends.client.connectManually(queuePair);

            first.close();

            assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void isFlushedByASecondCloseAfterOneWithinABatch(final DevicePair devices) throws Exception {
        try (Ends ends = new Ends(devices); ExtendedCompletionQueue queue = ends.newExtendedQueue();
             QueuePair queuePair = ends.newQueuePair(queue)) {
            final Connection connection = ends.connect(queuePair);
            openBatch(queue, queuePair);
            assertThrows(IllegalStateException.class, connection::close);
            queue.endPoll();

            connection.close();

            assertEquals(QueuePairState.ERROR, queuePair.state());
            ends.peer().close();
        }
    }

    /** Begins to read a completion, which stays open. */
    private static void openBatch(final ExtendedCompletionQueue queue, final QueuePair queuePair) {
        queuePair.postSend(SendRequest.allocate(1).write(0, 0).signal(true));
        final long startNs = System.nanoTime();
        while (!queue.startPoll()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT.toNanos(), "no completion within " + TIMEOUT);
            Thread.onSpinWait();
        }
    }
}
