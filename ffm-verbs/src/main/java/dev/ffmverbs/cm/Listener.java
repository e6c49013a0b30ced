// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

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
    private final ManagedDevices devices;
    private final Consumer<ConnectionRequest> handler;
    private volatile InetSocketAddress localAddress;
    private volatile boolean closed;
    private boolean destroyed;

    // Used by the manager's thread only: the request that the handler was called with while its event is not handled,
    // or null, and what the handler threw.
    private ConnectionRequest handedOn;
    private Throwable handlerFailure;

    Listener(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier,
        final ManagedDevices devices, final Consumer<ConnectionRequest> handler) {
        this.dispatcher = dispatcher;
        this.identifier = identifier;
        this.devices = devices;
        this.handler = handler;
    }

    EventTarget target() {
        return new EventTarget(this, this::onEvent, failure -> { }, () -> !closed, () -> closed, this::close);
    }

    ConnectionIdentifierOperations identifier() {
        return identifier;
    }

    /**
     * Returns the address and port this listener listens on.
     *
     * @return the local address and port; if the port was 0, the port is the one the system chose.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    void setLocalAddress(final InetSocketAddress address) {
        localAddress = address;
    }

    /**
     * Passes a connection request to the handler once, and rejects it if the handler fails. After a failure, calling
     * this method again does the rest.
     */
    private void onEvent(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} of {1} received the unexpected event {2} with status {3}",
                this, devices.text(), ConnectionEventType.of(event.type()), event.status());
            return;
        }
        if (handedOn == null || !handedOn.isOf(event.identifier())) {
            final ConnectionRequest request = new ConnectionRequest(dispatcher, devices, event);
            dispatcher.file(event.identifier(), request.target());
            handedOn = request;
            try {
                handler.accept(request);
                handedOn = null;
                return;
            } catch (final Throwable e) {
                handlerFailure = e;
            }
        }
        rejectAfterFailure();
    }

    private void rejectAfterFailure() {
        final ConnectionRequest request = handedOn;
        final Throwable failure = handlerFailure;
        request.rejectUnanswered();
        handedOn = null;
        EventDelivery.report(() -> "the handler of " + this + " of " + devices.text() + " failed; the request of "
            + AddressText.of(request.remoteAddress()) + " is rejected, unless it was already answered", failure);
    }

    /**
     * Stops listening ({@code rdma_destroy_id(3)}). Connections accepted through this listener continue, and requests
     * that the handler has received can still be answered. Closing again has no effect, unless closing failed before.
     *
     * @throws ConnectionException if the identifier cannot be freed; the listener is closed nevertheless, and the
     *                             manager tries again to free it.
     */
    @Override
    public synchronized void close() {
        closed = true;
        if (!destroyed) {
            dispatcher.destroy(identifier);
            destroyed = true;
        }
    }

    @Override
    public String toString() {
        return "Listener on " + AddressText.of(localAddress);
    }
}
