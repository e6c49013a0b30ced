// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Waits for connection requests on an address and port ({@code rdma_listen(3)}). Thread-safe. */
public final class Listener implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Listener.class.getName());

    private final ConnectionManager manager;
    private final ConnectionIdentifierOperations identifier;
    private final Consumer<ConnectionRequest> handler;
    private volatile InetSocketAddress localAddress;
    private boolean closed;

    Listener(
        final ConnectionManager manager, final ConnectionIdentifierOperations identifier,
        final Consumer<ConnectionRequest> handler) {
        this.manager = manager;
        this.identifier = identifier;
        this.handler = handler;
    }

    /**
     * Where it listens.
     *
     * @return local address and port, the port as the system chose it.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    void listensOn(final InetSocketAddress address) {
        localAddress = address;
    }

    /** Hands a connection request to the handler. */
    void on(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} got event {1} with status {2}",
                this, ConnectionEventType.of(event.type()), event.status());
            return;
        }
        final ConnectionRequest request = new ConnectionRequest(manager, event);
        manager.route(event.identifier(), request, request::on);
        boolean handled = false;
        try {
            handler.accept(request);
            handled = true;
        } finally {
            if (!handled) {
                request.rejectUnanswered();
            }
        }
    }

    /** Stops listening; connections made through it live on. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            manager.destroy(identifier);
        }
    }

    @Override
    public String toString() {
        return "Listener on " + localAddress;
    }
}
