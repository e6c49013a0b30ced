// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connection ({@code struct rdma_cm_id}). Thread-safe.
 *
 * <p>Closing it disconnects and frees the identifier; the queue pair stays the caller's to close, then in state ERROR.
 * Until the connection has ended no other one can be made with the queue pair.
 *
 * <p>A peer that is killed says nothing: its end is noticed by the first request that it leaves unanswered, which
 * completes with an error when its retransmissions are used up. Where nothing else is sent, a READ of a few bytes now
 * and then is the cheap probe.
 */
public final class Connection implements AutoCloseable {

    /**
     * Tries at resolving an address. The kernel may miss the news that a neighbour answered and looks again only when
     * the time of a try is up (drivers/infiniband/core/addr.c): one long try can be later than several short ones.
     */
    private static final int RESOLVE_TRIES = 4;

    private static final int MAXIMUM_RESOLVE_MS = 1000;

    private final EventDispatcher dispatcher;
    private final ConnectionIdentifierOperations identifier;
    private final QueuePairClaim claim;
    private final QueuePair queuePair;
    private final ConnectionParameters parameters;
    private final ConnectionFailures failures;
    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
    private final QueuePairTransitions transitions;

    private int resolveMs;
    private int resolveTriesLeft = RESOLVE_TRIES;
    private InetSocketAddress askedLocalAddress;
    private InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;
    private byte[] privateData = new byte[0];

    /** Whether the peer has accepted our request. */
    private boolean answered;

    /** Whether this side has disconnected. */
    private boolean ending;
    private boolean closed;

    private Connection(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePairClaim claim,
        final ConnectionParameters parameters, final InetSocketAddress remoteAddress, final boolean accepting) {
        this.dispatcher = dispatcher;
        this.identifier = identifier;
        this.claim = claim;
        this.queuePair = claim.queuePair();
        this.parameters = parameters;
        this.transitions = new QueuePairTransitions(identifier, queuePair, parameters);
        this.localAddress = identifier.localAddress();
        this.remoteAddress = remoteAddress;
        this.failures = new ConnectionFailures(accepting, AddressText.of(remoteAddress));
    }

    /** The end that asks for a connection. */
    static Connection connecting(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePairClaim claim,
        final ConnectionParameters parameters, final InetSocketAddress remoteAddress) {
        return new Connection(dispatcher, identifier, claim, parameters, remoteAddress, false);
    }

    /** The end that accepts one. */
    static Connection accepting(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePairClaim claim,
        final ConnectionParameters parameters, final InetSocketAddress remoteAddress) {
        return new Connection(dispatcher, identifier, claim, parameters, remoteAddress, true);
    }

    /** Asks for the connection; whatever ends the attempt or completes the future first frees it. */
    CompletableFuture<Connection> start(final InetSocketAddress local, final long timeoutNs) {
        final CompletableFuture<Connection> result = established.copy()
            .orTimeout(timeoutNs, TimeUnit.NANOSECONDS)
            .handle((nothing, failure) -> {
                if (failure == null) {
                    return this;
                }
                throw closedAfter(failures.ofAttempt(failure, queuePair));
            });
        final CompletableFuture<Connection> ignored = result.whenComplete((connection, failure) -> {
            if (connection != this) {
                close();
            }
        });
        ConnectionException refused = null;
        synchronized (this) {
            resolveMs = Math.clamp(
                TimeUnit.NANOSECONDS.toMillis(timeoutNs) / RESOLVE_TRIES, 1, MAXIMUM_RESOLVE_MS);
            askedLocalAddress = local;
            try {
                setOptions();
                resolveAddress();
            } catch (final ProviderException e) {
                refused = failures.ofCall(e, false);
            } catch (final Throwable e) {
                refused = failures.ofFailure(e, queuePair);
            }
        }
        if (refused != null) {
            established.completeExceptionally(refused);
        }
        return result;
    }

    private void setOptions() throws ProviderException {
        if (parameters.trafficClass().isPresent()) {
            identifier.setTrafficClass(parameters.trafficClass().getAsInt());
        }
        if (parameters.timeoutExponent().isPresent()) {
            identifier.setAcknowledgeTimeout(parameters.timeoutExponent().getAsInt());
        }
    }

    private void resolveAddress() throws ProviderException {
        resolveTriesLeft--;
        identifier.resolveAddress(askedLocalAddress, remoteAddress, resolveMs);
    }

    private ConnectionException closedAfter(final ConnectionException failure) {
        try {
            close();
        } catch (final ConnectionException notFreed) {
            failure.addSuppressed(notFreed);
        }
        return failure;
    }

    /**
     * Accepts, on behalf of a request.
     *
     * @param requestData what the peer sent along.
     * @throws ConnectionException when the peer has given up or the transport refuses.
     */
    synchronized void accept(final byte[] requestData) {
        privateData = requestData;
        try {
            transitions.toReadyToSend();
            identifier.accept(parameters.data(queuePair.number()));
        } catch (final ProviderException e) {
            throw failures.ofCall(e, true);
        }
    }

    EventTarget target() {
        return new EventTarget(this, this::on, this::managerEnded, () -> !disconnected.isDone(), this::close);
    }

    private void on(final ConnectionEventData event) {
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
                case ESTABLISHED -> confirmed();
                case DISCONNECTED -> ended(failures.endedByPeer());
                case ADDRESS_ERROR -> addressNotResolved(event);
                case ROUTE_ERROR -> failed(failures.ofEvent(
                    Reason.ROUTE_UNREACHABLE, "there is no route to it over an RDMA device", event.status()));
                case UNREACHABLE -> failed(failures.unreachable(event.status()));
                case CONNECT_ERROR -> failed(failures.ofEvent(
                    Reason.FAILED, "the transport could not make it", event.status()));
                case REJECTED -> failed(failures.ofRejection(event, answered));
                case DEVICE_REMOVAL -> failed(failures.ofEvent(Reason.DEVICE_REMOVED, "device "
                    + queuePair.device().name() + " was removed", event.status()));
                default -> () -> { };
            };
        } catch (final ProviderException e) {
            return failed(failures.ofCall(e, answered));
        } catch (final Throwable e) {
            return failed(failures.ofFailure(e, queuePair));
        }
    }

    private Runnable addressResolved() throws ProviderException {
        final String device = identifier.deviceName();
        final String own = queuePair.device().name();
        if (!own.equals(device)) {
            return failed(failures.of(Reason.ADDRESS_UNREACHABLE, "the way there leads through device " + device
                + ", but " + queuePair + " is of device " + own + ": name the local address to connect from"));
        }
        localAddress = identifier.localAddress();
        identifier.resolveRoute(resolveMs);
        return () -> { };
    }

    private Runnable addressNotResolved(final ConnectionEventData event) throws ProviderException {
        if (resolveTriesLeft == 0) {
            return failed(failures.ofEvent(
                Reason.ADDRESS_UNREACHABLE, "the address cannot be resolved", event.status()));
        }
        resolveAddress();
        return () -> { };
    }

    private Runnable routeResolved() throws ProviderException {
        identifier.connect(parameters.data(queuePair.number()));
        return () -> { };
    }

    private Runnable responded(final ConnectionEventData event) throws ProviderException {
        answered = true;
        privateData = event.privateData();
        transitions.toReadyToSend();
        identifier.establish();
        return () -> established.complete(null);
    }

    private Runnable confirmed() {
        if (ending) {
            // The transport could not tell a peer that did not count as connected yet.
            disconnectIdentifier();
        }
        return () -> established.complete(null);
    }

    private Runnable failed(final ConnectionException failure) {
        claim.flushAndRelease();
        return () -> {
            established.completeExceptionally(failure);
            disconnected.complete(null);
        };
    }

    /** The peer disconnected, or answered our disconnecting; the answer to it has to be sent by us. */
    private Runnable ended(final ConnectionException early) {
        claim.flushAndRelease();
        if (!disconnected.isDone()) {
            disconnectIdentifier();
        }
        return () -> {
            established.completeExceptionally(early);
            disconnected.complete(null);
        };
    }

    private void managerEnded(final ConnectionException failure) {
        final Runnable tellOthers;
        synchronized (this) {
            tellOthers = closed ? () -> { } : ended(failure);
        }
        tellOthers.run();
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
    public InetSocketAddress remoteAddress() {
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
     * Completes when the connection is established: when the peer has confirmed that it heard of the acceptance, or its
     * first packet shows it.
     *
     * <p>A peer that does neither is given up by the transport, after some seconds or, on kernel devices, up to 70.
     * Threads that wait for this future can be interrupted, as {@link CompletableFuture#get()} says; that does not end
     * the connection.
     *
     * @return completes with null, or with a {@link ConnectionException} whose reason is one of those that {@link
     *     Reason} lists; on the manager's thread, or the one that disconnects or closes it.
     */
    public CompletableFuture<Void> established() {
        return established.copy();
    }

    /**
     * Completes when the connection has ended, from whichever side.
     *
     * @return completes with null; on the manager's thread, or the one that closes it.
     */
    public CompletableFuture<Void> disconnected() {
        return disconnected.copy();
    }

    /**
     * Ends the connection ({@code rdma_disconnect(3)}): the queue pair goes to ERROR and the peer is told.
     *
     * <p>Returns at once; {@link #disconnected()} completes when the peer has answered or does not. One that is not
     * established yet never will be: {@link #established()} completes with {@link Reason#CLOSED}. Disconnecting again
     * does nothing.
     */
    public void disconnect() {
        synchronized (this) {
            if (closed || ending || disconnected.isDone()) {
                return;
            }
            ending = true;
            claim.flushAndRelease();
            disconnectIdentifier();
        }
        established.completeExceptionally(failures.of(Reason.CLOSED, "it was disconnected here first"));
    }

    /**
     * Disconnects and frees the identifier; does not wait for the peer. Closing again does nothing. The queue pair
     * stays open, in state ERROR, for the caller to reset or close.
     *
     * @throws ConnectionException when the identifier cannot be freed; the connection is closed all the same.
     */
    @Override
    public void close() {
        try {
            synchronized (this) {
                if (closed) {
                    return;
                }
                if (!ending && !disconnected.isDone()) {
                    ending = true;
                    claim.flushAndRelease();
                    disconnectIdentifier();
                }
                closed = true;
                claim.release();
                dispatcher.destroy(identifier);
            }
        } finally {
            established.completeExceptionally(failures.of(Reason.CLOSED, "it was closed here first"));
            disconnected.complete(null);
        }
    }

    @Override
    public String toString() {
        return "Connection with " + AddressText.of(remoteAddress) + " on " + queuePair;
    }
}
