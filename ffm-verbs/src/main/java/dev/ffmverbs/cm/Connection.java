// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One end of a connection ({@code struct rdma_cm_id}). Thread-safe.
 *
 * <p>Closing it disconnects and frees the identifier; the queue pair stays the caller's to close, then in state ERROR.
 */
public final class Connection implements AutoCloseable {

    /**
     * Tries at resolving an address. The kernel may miss the news that a neighbour answered and looks again only when
     * the time of a try is up (drivers/infiniband/core/addr.c): one long try can be later than several short ones.
     */
    private static final int RESOLVE_TRIES = 4;

    private static final int MAXIMUM_RESOLVE_MS = 1000;

    /** Reason of IBTA 12.6.7.2: nobody listens on the port. */
    private static final int REJECT_INVALID_SERVICE_ID = 8;

    /** Reason of IBTA 12.6.7.2: the listener's own decision. */
    private static final int REJECT_CONSUMER_DEFINED = 28;

    private final ConnectionManager manager;
    private final ConnectionIdentifierOperations identifier;
    private final QueuePair queuePair;
    private final ConnectionParameters parameters;
    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
    private final QueuePairTransitions transitions;

    private int resolveMs;
    private int resolveTriesLeft = RESOLVE_TRIES;
    private InetSocketAddress askedLocalAddress;
    private InetSocketAddress localAddress;
    private InetSocketAddress remoteAddress;
    private byte[] privateData = new byte[0];
    private boolean closed;

    Connection(
        final ConnectionManager manager, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final ConnectionParameters parameters) {
        this.manager = manager;
        this.identifier = identifier;
        this.queuePair = queuePair;
        this.parameters = parameters;
        this.transitions = new QueuePairTransitions(identifier, queuePair, parameters);
        this.localAddress = identifier.localAddress();
        this.remoteAddress = identifier.remoteAddress();
    }

    CompletableFuture<Connection> start(
        final InetSocketAddress local, final InetSocketAddress remote, final Duration timeout) {
        resolveMs = Math.clamp(timeout.toMillis() / RESOLVE_TRIES, 1, MAXIMUM_RESOLVE_MS);
        askedLocalAddress = local;
        remoteAddress = remote;
        final CompletableFuture<Connection> result = established.copy()
            .orTimeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
            .handle((nothing, failure) -> {
                if (failure == null) {
                    return this;
                }
                final ConnectionException reason = reasonFor(failure, timeout);
                close();
                throw reason;
            });
        result.whenComplete((connection, failure) -> {
            if (result.isCancelled()) {
                close();
            }
        });
        synchronized (this) {
            try {
                resolveAddress();
            } catch (final ProviderException e) {
                established.completeExceptionally(new ConnectionException("cannot connect to " + remote, e));
            }
        }
        return result;
    }

    private void resolveAddress() throws ProviderException {
        resolveTriesLeft--;
        identifier.resolveAddress(askedLocalAddress, remoteAddress, resolveMs);
    }

    private ConnectionException reasonFor(final Throwable failure, final Duration timeout) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ConnectionException exception) {
            return exception;
        }
        if (cause instanceof TimeoutException) {
            return new ConnectionException(Reason.TIMED_OUT, "no connection to " + remoteAddress + " within " + timeout
                + ": nobody answers there; is the address right, and the path open for UDP port 4791?");
        }
        final ConnectionException other =
            new ConnectionException(Reason.FAILED, "cannot connect to " + remoteAddress + ": " + cause.getMessage());
        other.initCause(cause);
        return other;
    }

    synchronized void accept(final byte[] requestData) throws ProviderException {
        privateData = requestData;
        transitions.toReadyToSend();
        identifier.accept(parameters.data(queuePair.number()));
    }

    /** Takes the next step. */
    void on(final ConnectionEventData event) {
        final Runnable tellOthers;
        synchronized (this) {
            if (closed) {
                return;
            }
            tellOthers = step(event);
        }
        tellOthers.run();
    }

    /** Does what an event asks for, and returns what to tell others once no lock is held. */
    private Runnable step(final ConnectionEventData event) {
        try {
            return switch (ConnectionEventType.of(event.type())) {
                case ADDRESS_RESOLVED -> addressResolved();
                case ROUTE_RESOLVED -> routeResolved();
                case CONNECT_RESPONSE -> responded(event);
                case ESTABLISHED -> () -> established.complete(null);
                case DISCONNECTED -> ended();
                case ADDRESS_ERROR -> addressNotResolved(event);
                case ROUTE_ERROR -> failed(Reason.ROUTE_UNREACHABLE, event, "there is no route over an RDMA device");
                case UNREACHABLE -> failed(Reason.UNREACHABLE, event, "the peer does not answer");
                case CONNECT_ERROR -> failed(Reason.FAILED, event, "the connection could not be made");
                case REJECTED -> failed(Reason.REJECTED, event, rejection(event.status()));
                case DEVICE_REMOVAL -> failed(Reason.DEVICE_REMOVED, event, "the device was removed");
                default -> () -> { };
            };
        } catch (final ProviderException e) {
            return failed(new ConnectionException("cannot connect to " + remoteAddress, e));
        } catch (final VerbsException | IllegalStateException | IllegalArgumentException e) {
            final ConnectionException failure = new ConnectionException(Reason.FAILED,
                "cannot connect to " + remoteAddress + " with " + queuePair + ": " + e.getMessage());
            failure.initCause(e);
            return failed(failure);
        }
    }

    private static String rejection(final int reason) {
        return switch (reason) {
            case REJECT_INVALID_SERVICE_ID -> "nobody listens on that port";
            case REJECT_CONSUMER_DEFINED -> "the listener rejected the request";
            default -> "rejected with reason " + reason + " of IBTA 12.6.7.2";
        };
    }

    private Runnable addressResolved() throws ProviderException {
        final String device = identifier.deviceName();
        final String own = queuePair.protectionDomain().context().device().name();
        if (!own.equals(device)) {
            return failed(new ConnectionException(Reason.ADDRESS_UNREACHABLE, remoteAddress + " is reached through "
                + device + ", but " + queuePair + " is one of " + own + ": name the local address to connect from"));
        }
        localAddress = identifier.localAddress();
        identifier.resolveRoute(resolveMs);
        return () -> { };
    }

    private Runnable addressNotResolved(final ConnectionEventData event) throws ProviderException {
        if (resolveTriesLeft == 0) {
            return failed(Reason.ADDRESS_UNREACHABLE, event, "the address cannot be resolved");
        }
        resolveAddress();
        return () -> { };
    }

    private Runnable routeResolved() throws ProviderException {
        identifier.connect(parameters.data(queuePair.number()));
        return () -> { };
    }

    private Runnable responded(final ConnectionEventData event) throws ProviderException {
        privateData = event.privateData();
        transitions.toReadyToSend();
        identifier.establish();
        return () -> established.complete(null);
    }

    private Runnable failed(final Reason reason, final ConnectionEventData event, final String why) {
        return failed(new ConnectionException(reason, "no connection to " + remoteAddress + ": " + why + " (status "
            + event.status() + ")", event.privateData()));
    }

    private Runnable failed(final ConnectionException failure) {
        flush();
        return () -> {
            established.completeExceptionally(failure);
            disconnected.complete(null);
        };
    }

    /** The peer disconnected, or answered our disconnecting; the answer to it has to be sent by us. */
    private Runnable ended() {
        flush();
        if (!disconnected.isDone()) {
            disconnectIdentifier();
        }
        return () -> {
            established.completeExceptionally(new ConnectionException(Reason.DISCONNECTED,
                "the connection with " + remoteAddress + " ended before it was established"));
            disconnected.complete(null);
        };
    }

    private void flush() {
        if (queuePair.isOpen()) {
            try {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            } catch (final VerbsException | IllegalStateException alreadyGone) {
                return;
            }
        }
    }

    private void disconnectIdentifier() {
        try {
            identifier.disconnect();
        } catch (final ProviderException alreadyDisconnected) {
            return;
        }
    }

    /**
     * What the peer sent: with its request when it connected to us, else with its acceptance.
     *
     * @return up to 56 or 196 bytes, which the transport may have padded with zeros.
     */
    public synchronized byte[] privateData() {
        return privateData.clone();
    }

    /**
     * Our address.
     *
     * @return address and port, or null before it is known.
     */
    public synchronized InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * The peer's address.
     *
     * @return address and port.
     */
    public synchronized InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /**
     * The queue pair that is our end.
     *
     * @return the caller's queue pair.
     */
    public QueuePair queuePair() {
        return queuePair;
    }

    /**
     * Whether it is established and has not ended.
     *
     * @return true between the two.
     */
    public boolean isEstablished() {
        return established.isDone() && !established.isCompletedExceptionally() && !disconnected.isDone();
    }

    /**
     * Completes when the connection is established.
     *
     * @return completes with null, or with a {@link ConnectionException}; on the manager's thread.
     */
    public CompletableFuture<Void> established() {
        return established.copy();
    }

    /**
     * Completes when the connection has ended, from whichever side.
     *
     * @return completes with null; on the manager's thread.
     */
    public CompletableFuture<Void> disconnected() {
        return disconnected.copy();
    }

    /**
     * Ends the connection ({@code rdma_disconnect(3)}): the queue pair goes to ERROR and the peer is told.
     *
     * <p>Returns at once. Disconnecting again does nothing.
     */
    public void disconnect() {
        synchronized (this) {
            if (closed || disconnected.isDone()) {
                return;
            }
            flush();
            disconnectIdentifier();
        }
    }

    /** Disconnects and frees the identifier. Closing again does nothing. The queue pair stays open, in state ERROR. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            disconnect();
            closed = true;
            manager.destroy(identifier);
        }
        established.completeExceptionally(new ConnectionException(Reason.DISCONNECTED,
            "the connection with " + remoteAddress + " was closed before it was established"));
        disconnected.complete(null);
    }

    @Override
    public String toString() {
        return "Connection with " + remoteAddress + " on " + queuePair;
    }
}
