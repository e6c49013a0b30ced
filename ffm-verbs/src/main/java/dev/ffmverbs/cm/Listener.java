// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Listens for requests, for connections or for queue pairs for datagrams, on an address and port ({@code
 * rdma_listen(3)}). Thread-safe.
 */
public final class Listener extends IdentifierOwner implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Listener.class.getName());

    /**
     * What is done with a request.
     *
     * @param <R>     the kind of requests.
     * @param creator creates one of an event.
     * @param handler the program's handler.
     */
    record Service<R extends IncomingRequest>(Function<ConnectionEventData, R> creator, Consumer<? super R> handler) {

        /** Returns a new request, and what passes it to the handler. */
        private Handover take(final ConnectionEventData event) {
            final R request = creator.apply(event);
            return new Handover(request, () -> handler.accept(request));
        }
    }

    private record Handover(IncomingRequest request, Runnable call) {
    }

    private final ManagedDevices devices;
    private final Service<?> service;
    private final RequestPlaces places;
    private volatile InetSocketAddress localAddress;
    private volatile boolean closed;

    /** Whether the device of the address was removed. */
    private volatile boolean removed;

    // Used by the manager's thread only: the request that the handler was called with while its event is not handled,
    // or null, and what the handler threw.
    private IncomingRequest handedOn;
    private Throwable handlerFailure;

    Listener(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier,
        final ManagedDevices devices, final Service<?> service, final int backlog) {
        super(dispatcher, identifier);
        this.places = new RequestPlaces(backlog);
        this.devices = devices;
        this.service = service;
    }

    EventTarget target() {
        return new EventTarget(this, this::onEvent, failure -> { }, () -> !closed, () -> closed, this::close);
    }

    /**
     * Returns the address and port this listener listens on.
     *
     * @return the local address and port; if the port was 0, the port is the one the system chose.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Returns whether this listener receives requests. A listener on a wildcard address continues on other devices when
     * one is removed.
     *
     * @return false once it is closed, its device was removed, or its connection manager has ended.
     */
    public boolean isListening() {
        return !closed && !removed && dispatcher().isRunning();
    }

    void setLocalAddress(final InetSocketAddress address) {
        localAddress = address;
    }

    /**
     * Passes a connection request to the handler once, and rejects it if the handler fails, or if as many requests as
     * the backlog allows wait for an answer. After a failure, calling this method again does the rest.
     */
    private void onEvent(final ConnectionEventData event) {
        if (ConnectionEventType.of(event.type()) == ConnectionEventType.DEVICE_REMOVAL) {
            end();
            return;
        }
        if (ConnectionEventType.of(event.type()) != ConnectionEventType.CONNECT_REQUEST) {
            LOGGER.log(Level.WARNING, "{0} of {1} received the unexpected event {2} with status {3}",
                this, devices.text(), ConnectionEventType.of(event.type()), event.status());
            return;
        }
        if (handedOn == null || !handedOn.isOf(event.identifier())) {
            if (!places.take()) {
                dispatcher().discard(event.identifier());
                return;
            }
            final Handover handover = fileRequest(event);
            try {
                handover.call().run();
                handedOn = null;
                return;
            } catch (final Throwable e) {
                handlerFailure = e;
            }
        }
        rejectAfterFailure();
    }

    /** Makes a request that has taken a place receive its events itself. */
    private Handover fileRequest(final ConnectionEventData event) {
        boolean filed = false;
        try {
            final Handover handover = service.take(event);
            dispatcher().file(event.identifier(), handover.request().target());
            handover.request().waitIn(places);
            handedOn = handover.request();
            filed = true;
            return handover;
        } finally {
            if (!filed) {
                places.giveBack();
            }
        }
    }

    /** Ends, because the device of the address was removed. Frees the identifier, as a removal demands. */
    private void end() {
        removed = true;
        destroyIdentifier();
        LOGGER.log(Level.WARNING, "{0} has ended, because its device, of {1}, was removed; close it, and listen again"
            + " once the device is back", this, devices.text());
    }

    private void rejectAfterFailure() {
        final IncomingRequest request = handedOn;
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
     * @throws ConnectionException if the identifier cannot be freed; the listener is still closed, and the
     *                             manager tries again to free it.
     */
    @Override
    public synchronized void close() {
        closed = true;
        destroyIdentifier();
    }

    @Override
    Device ownDevice() {
        return devices.first();
    }

    @Override
    public String toString() {
        return "Listener on " + AddressText.of(localAddress);
    }
}
