// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Holds the requests of a listener until threads take them ({@code rdma_get_request(3)}), in place of a handler that is
 * called on the connection manager's thread. Thread-safe.
 *
 * <pre>{@code
 * RequestQueue<ConnectionRequest> requests = new RequestQueue<>();
 * try (Listener listener = manager.listen(address, 16, requests)) {
 *     ConnectionRequest request = requests.await(Duration.ofSeconds(10)).orElseThrow();
 * }
 * }</pre>
 *
 * <p>The backlog of the listener limits how many requests wait here, on every device. Those that their peers have
 * withdrawn do not count, and the next request that comes removes them. What is left when the connection manager is
 * closed is rejected by it.
 *
 * @param <R> {@link ConnectionRequest} or {@link DatagramRequest}.
 */
public final class RequestQueue<R> implements Consumer<R> {

    private final BlockingQueue<R> requests = new LinkedBlockingQueue<>();

    /** Creates an empty queue. */
    public RequestQueue() {
    }

    /**
     * Adds a request, and removes those that their peers have withdrawn. Called by the connection manager.
     *
     * @param request the request.
     */
    @Override
    public void accept(final R request) {
        requests.removeIf(waiting -> waiting instanceof final IncomingRequest incoming && incoming.isWithdrawn());
        requests.add(request);
    }

    /**
     * Removes the oldest request, and waits until there is one.
     *
     * @param limit how long to wait; zero or less does not wait.
     * @return the request, which the caller answers; empty if none came in time.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public Optional<R> await(final Duration limit) throws InterruptedException {
        return Optional.ofNullable(requests.poll(ConnectionArguments.nanoseconds(limit), TimeUnit.NANOSECONDS));
    }

    /**
     * Returns how many requests wait.
     *
     * @return 0 or more.
     */
    public int size() {
        return requests.size();
    }

    @Override
    public String toString() {
        return "RequestQueue of " + size();
    }
}
