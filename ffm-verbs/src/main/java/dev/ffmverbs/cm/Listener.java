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

/** Waits for connection requests on an address and port ({@code rdma_listen(3)}). Thread-safe. */
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
        return new EventTarget(this, this::on, failure -> { }, () -> true, this::close);
    }

    ConnectionIdentifierOperations identifier() {
        return identifier;
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

    /** Hands a connection request to the handler; one whose handler fails is rejected. */
    private void on(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} of {1} got event {2} with status {3}",
                this, device.name(), ConnectionEventType.of(event.type()), event.status());
            return;
        }
        ConnectionRequest request = null;
        try {
            request = new ConnectionRequest(dispatcher, device, event);
            dispatcher.file(event.identifier(), request.target());
            handler.accept(request);
        } catch (final Throwable e) {
            refuse(request, event, e);
        }
    }

    private void refuse(final ConnectionRequest request, final ConnectionEventData event, final Throwable failure) {
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
            + AddressText.of(event.remoteAddress()) + " is rejected unless it was answered before", failure);
    }

    /**
     * Stops listening; connections made through it live on, and requests that were handed out can still be answered.
     * Closing again does nothing.
     *
     * @throws ConnectionException when the identifier cannot be freed; it listens no longer all the same.
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
