// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Listens for connection requests on an address and port ({@code rdma_listen(3)}). Thread-safe. */
public final class Listener implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Listener.class.getName());

    private final EventDispatcher dispatcher;
    private final ConnectionIdentifierOperations identifier;
    private final Device device;
    private final Consumer<ConnectionRequest> handler;
    private volatile InetSocketAddress localAddress;
    private boolean closed;

    Listener(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final Device device,
        final Consumer<ConnectionRequest> handler) {
        this.dispatcher = dispatcher;
        this.identifier = identifier;
        this.device = device;
        this.handler = handler;
    }

    EventTarget target() {
        return new EventTarget(this, this::onEvent, failure -> { }, () -> true, this::close);
    }

    ConnectionIdentifierOperations identifier() {
        return identifier;
    }

    /**
     * Returns where it listens.
     *
     * @return local address and port; the port is the one the system chose if it was 0.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    void setLocalAddress(final InetSocketAddress address) {
        localAddress = address;
    }

    /** Passes a connection request to the handler, and rejects it if the handler fails. */
    private void onEvent(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} of {1} received the unexpected event {2} with status {3}",
                this, device.name(), ConnectionEventType.of(event.type()), event.status());
            return;
        }
        ConnectionRequest request = null;
        try {
            request = new ConnectionRequest(dispatcher, device, event);
            dispatcher.file(event.identifier(), request.target());
            handler.accept(request);
        } catch (final Throwable e) {
            rejectAfter(e, request, event);
        }
    }

    private void rejectAfter(
        final Throwable failure, final ConnectionRequest request, final ConnectionEventData event) {
        try {
            if (request == null) {
                dispatcher.destroy(event.identifier());
            } else {
                request.rejectUnanswered();
            }
        } catch (final Throwable notRejected) {
            failure.addSuppressed(notRejected);
        }
        EventDispatcher.report("the handler of " + this + " of " + device.name() + " failed; the request of "
            + AddressText.of(event.remoteAddress()) + " is rejected, unless it was answered before", failure);
    }

    /**
     * Stops listening. Connections accepted through it continue, and requests that the handler has received can still
     * be answered. Closing again does nothing.
     *
     * @throws ConnectionException if the identifier cannot be freed; the listener is closed nevertheless.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            dispatcher.destroy(identifier);
        }
    }

    @Override
    public String toString() {
        return "Listener on " + AddressText.of(localAddress);
    }
}
