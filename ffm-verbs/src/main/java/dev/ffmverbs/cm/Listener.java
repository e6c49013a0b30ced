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
    private volatile boolean closed;
    private boolean destroyed;

    // Used by the manager's thread: the request that the handler was called with and whose event is not handled yet,
    // or null; and what the handler threw.
    private ConnectionRequest handedOn;
    private Throwable handlerFailure;

    Listener(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final Device device,
        final Consumer<ConnectionRequest> handler) {
        this.dispatcher = dispatcher;
        this.identifier = identifier;
        this.device = device;
        this.handler = handler;
    }

    EventTarget target() {
        return new EventTarget(this, this::onEvent, failure -> { }, () -> !closed, () -> closed, this::close);
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

    /**
     * Passes a connection request to the handler, once, and rejects it if the handler fails. If this fails itself,
     * calling it again does the rest.
     */
    private void onEvent(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} of {1} received the unexpected event {2} with status {3}",
                this, device.name(), ConnectionEventType.of(event.type()), event.status());
            return;
        }
        if (handedOn == null || !handedOn.isOf(event.identifier())) {
            final ConnectionRequest request = new ConnectionRequest(dispatcher, device, event);
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
        EventDispatcher.report(() -> "the handler of " + this + " of " + device.name() + " failed; the request of "
            + AddressText.of(request.remoteAddress()) + " is rejected, unless it was answered before", failure);
    }

    /**
     * Stops listening. Connections accepted through it continue, and requests that the handler has received can still
     * be answered. Closing again does nothing, unless closing failed before.
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
