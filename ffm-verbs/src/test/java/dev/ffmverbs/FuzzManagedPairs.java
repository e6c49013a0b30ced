// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Connects queue pairs that only a connection manager can connect, and keeps the connections until they have ended. */
final class FuzzManagedPairs implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ConnectionManager manager;
    private final InetAddress address;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    FuzzManagedPairs(final Context context) {
        manager = ConnectionManager.open(context);
        address = ManagedEnds.address(context);
    }

    /**
     * Connects two queue pairs.
     *
     * @throws IllegalStateException if one of them is connected, or is closed in the meantime.
     */
    void connect(final QueuePair first, final QueuePair second) {
        connections.stream().filter(connection -> connection.whenDisconnected().isDone()).forEach(this::end);
        try (Listener listener = manager.listen(anyPort(), 1, request -> accept(request, second))) {
            connections.add(manager.connect(
                anyPort(), listener.localAddress(), first, ConnectionParameters.defaults(), TIMEOUT));
        } catch (final ConnectionException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private InetSocketAddress anyPort() {
        return new InetSocketAddress(address, 0);
    }

    private void accept(final ConnectionRequest request, final QueuePair queuePair) {
        try {
            connections.add(request.accept(queuePair, ConnectionParameters.defaults()));
        } catch (final ConnectionException answered) {
            return;
        } catch (final IllegalStateException | IllegalArgumentException | WrongThreadException inUse) {
            request.reject(new byte[0]);
        }
    }

    private void end(final Connection connection) {
        if (connections.remove(connection)) {
            connection.close();
        }
    }

    @Override
    public void close() {
        connections.forEach(this::end);
        manager.close();
    }
}
