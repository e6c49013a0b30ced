// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The backlog of a listener bounds how many requests wait for an answer, on every device. */
@Timeout(60)
class BacklogTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int BACKLOG = 2;
    private static final int CLIENTS = 5;

    private final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
    private final List<CompletableFuture<Connection>> attempts = new ArrayList<>();

    private void connect(final Node client, final Listener listener, final QueuePair queuePair) {
        attempts.add(client.manager.connectAsync(client.anyPort(), listener.localAddress(), queuePair,
            ConnectionParameters.defaults(), TIMEOUT));
    }

    private ConnectionRequest next() throws InterruptedException {
        return requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void noMoreRequestsWaitThanTheBacklogHolds(final DevicePair devices) throws Exception {
        devices.require();
        final List<QueuePair> queuePairs = new ArrayList<>();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), BACKLOG, requests::add)) {
            for (int peer = 0; peer < CLIENTS; peer++) {
                queuePairs.add(client.newQueuePair());
                connect(client, listener, queuePairs.getLast());
            }
            final List<ConnectionRequest> unanswered = List.of(next(), next());

            assertNull(requests.poll(1, TimeUnit.SECONDS), "a third request while two are unanswered");
            attempts.forEach(attempt -> attempt.cancel(true));
            unanswered.forEach(ConnectionRequest::rejectUnanswered);
            queuePairs.forEach(QueuePair::close);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void anAnswerMakesRoomForAnotherRequest(final DevicePair devices) throws Exception {
        devices.require();
        try (Node client = new Node(devices.left()); Node server = new Node(devices.right());
             Listener listener = server.manager.listen(server.anyPort(), 1, requests::add)) {
            for (int round = 0; round < CLIENTS; round++) {
                try (QueuePair own = client.newQueuePair(); QueuePair peers = server.newQueuePair()) {
                    connect(client, listener, own);
                    final ConnectionRequest request = next();
                    assertNotNull(request, "the request of round " + round);
                    if (round % 2 == 0) {
                        request.reject(new byte[0]);
                    } else {
                        request.accept(peers, ConnectionParameters.defaults()).close();
                    }
                    attempts.getLast().handle((connection, failure) -> {
                        if (connection != null) {
                            connection.close();
                        }
                        return null;
                    }).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                }
            }
            assertEquals(CLIENTS, attempts.size());
        }
    }
}
