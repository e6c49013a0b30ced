// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.AsynchronousEventType;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connection ({@code struct rdma_cm_id}). Thread-safe.
 *
 * <p>Closing it disconnects and frees the identifier. The queue pair goes to state ERROR, and the caller must still
 * close it. Until the connection has ended, the queue pair cannot be used for another one.
 *
 * <p>Only the thread that a queue pair is confined to can change its state. When the connection ends on another thread,
 * for example because the peer ends it, the queue pair stays as it is, and its receives are not flushed, until that
 * thread calls {@link #disconnect} or {@link #close}.
 *
 * <p>A peer that is killed sends nothing. The first request that it does not answer reveals this: the request completes
 * with an error when its retransmissions are used up. If nothing else is sent, an RDMA WRITE of zero bytes at intervals
 * is a cheap probe; see {@link QueuePair}.
 */
public final class Connection extends ConnectionFacts implements AutoCloseable {

    private final QueuePairClaim claim;
    private final QueuePairTransitions transitions;

    /** Whether the peer has accepted the request of this end. */
    private boolean answered;

    /**
     * Whether the kernel waits for the peer, and every call that ends the attempt would wait, too ({@code
     * iw_destroy_cm_id} and {@code iw_cm_disconnect} of {@code iwcm.c}). Its next event ends that. Only on iWARP.
     */
    private boolean kernelWaits;

    /** Whether this side has begun to disconnect, and whether it has finished. */
    private boolean ending;
    private boolean released;

    /** Whether closing could not change the queue pair to ERROR. */
    private boolean flushRefused;

    /** Creates the end that requests a connection, or the end that accepts one. */
    Connection(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePairClaim claim,
        final ConnectionParameters parameters, final InetSocketAddress remoteAddress, final boolean accepting) {
        super(dispatcher, identifier, claim.queuePair(), remoteAddress, parameters,
            new ConnectionFailures(accepting, AddressText.of(remoteAddress)));
        this.claim = claim;
        this.transitions = new QueuePairTransitions(identifier, claim, parameters);
    }

    /** Requests the connection. The end of the attempt, or an earlier completion of the future, also frees it. */
    CompletableFuture<Connection> start(final InetSocketAddress local, final long timeoutNs) {
        return startOrFree(() -> {
            final CompletableFuture<Connection> result = life().establishment().copy()
                .orTimeout(timeoutNs, TimeUnit.NANOSECONDS)
                .handle((nothing, failure) -> {
                    if (failure == null) {
                        return this;
                    }
                    markClosed();
                    throw ConnectionFailures.closeAfter(failures().ofAttempt(failure, queuePair()), this);
                });
            final CompletableFuture<Connection> ignored = result.whenComplete((connection, failure) -> {
                if (connection != this) {
                    // Set first: if the call does not succeed, the manager's thread frees what is left.
                    markClosed();
                    close();
                }
            });
            final ConnectionException refused = begin(local, timeoutNs);
            if (refused != null) {
                life().establishment().completeExceptionally(refused);
            }
            return result;
        });
    }

    /** Accepts a request, which had this private data. Fails if the peer has given up or the transport refuses. */
    synchronized void accept(final byte[] requestData) {
        setPrivateData(requestData);
        if (isClosed()) {
            throw failures().of(Reason.CLOSED, "its manager was closed first");
        }
        try {
            transitions.prepareToAccept();
            identifier().accept(parameters().data(queuePair().number()));
            transitions.followKernel();
        } catch (final ProviderException e) {
            throw failures().ofCall(e, true);
        }
    }

    EventTarget target() {
        return new EventTarget(
            this, this::onEvent, this::onEventsLost, () -> !life().hasEnded(), this::isClosed, this::close);
    }

    @Override
    Runnable handle(final ConnectionEventType type, final ConnectionEventData event) throws ProviderException {
        return switch (type) {
            case ROUTE_RESOLVED -> onRouteResolved();
            case CONNECT_RESPONSE -> onConnectResponse(event);
            case ESTABLISHED -> onEstablished(event);
            case DISCONNECTED -> end(life().isDecided() ? null : failures().endByPeer());
            default -> NOTHING;
        };
    }

    @Override
    void takeNote() {
        kernelWaits = false;
    }

    @Override
    boolean isAnswered() {
        return answered;
    }

    @Override
    void continueAfterAddress() throws ProviderException {
        setLocalAddress(identifier().localAddress());
        resolveRoute();
    }

    private Runnable onRouteResolved() throws ProviderException {
        transitions.prepareToConnect();
        identifier().connect(parameters().data(queuePair().number()));
        kernelWaits = transitions.areMadeByKernel();
        return NOTHING;
    }

    private Runnable onConnectResponse(final ConnectionEventData event) throws ProviderException {
        answered = true;
        setPrivateData(event.privateData());
        transitions.takeToReadyToSend();
        identifier().establish();
        return () -> life().establishment().complete(null);
    }

    private Runnable onEstablished(final ConnectionEventData event) throws ProviderException {
        if (ending) {
            // The transport could not notify a peer that was not connected yet.
            disconnectIdentifier();
        } else if (hasBegun() && !answered) {
            // On iWARP, no event comes before this one, because the kernel has completed the connection.
            answered = true;
            setPrivateData(event.privateData());
            transitions.followKernel();
        }
        return () -> life().establishment().complete(null);
    }

    @Override
    Runnable fail(final ConnectionException failure) {
        claim.flushOrMarkEnded();
        return () -> life().end(failure);
    }

    /**
     * Ends the connection. The peer has disconnected, which must be answered, or has answered this side's end.
     */
    private Runnable end(final ConnectionException early) {
        claim.flushOrMarkEnded();
        if (!life().hasEnded()) {
            disconnectIdentifier();
        }
        return () -> life().end(early);
    }

    /** Ends, because no more events arrive, or one could not be handled. Both futures complete even if a step fails. */
    private void onEventsLost(final ConnectionException failure) {
        try {
            synchronized (this) {
                if (!isClosed()) {
                    end(failure);
                }
            }
        } finally {
            life().end(failure);
        }
    }

    private void disconnectIdentifier() {
        if (kernelWaits) {
            // The queue pair is in ERROR, so that the kernel refuses the peer's answer.
            return;
        }
        try {
            identifier().disconnect();
        } catch (final ProviderException alreadyDisconnected) {
            return;
        }
    }

    /**
     * Reports an asynchronous event of the queue pair to the transport ({@code rdma_notify(3)}).
     *
     * <p>The first packet of the peer stands in for its confirmation if that was lost: the accepting side reports
     * {@link AsynchronousEventType#COMMUNICATION_ESTABLISHED}. On software devices this happens without a call.
     *
     * @param type the type of an event of {@link dev.ffmverbs.Context#nextAsynchronousEvent} for this queue pair.
     * @throws ConnectionException if the event does not concern the state of the connection; has no effect if it is
     *                             established.
     */
    public void reportEvent(final AsynchronousEventType type) {
        try {
            identifier().reportQueuePairEvent(type.value());
        } catch (final ProviderException e) {
            if (e.errno() != Errno.EISCONN) {
                throw new ConnectionException(this + " cannot use event " + type, e);
            }
        }
    }

    /**
     * Ends the connection ({@code rdma_disconnect(3)}). Changes the queue pair to ERROR and notifies the peer.
     *
     * <p>Returns at once. {@link #whenDisconnected()} completes when the peer answers or its time is up, and
     * {@link #whenEstablished()} with {@link Reason#CLOSED} unless it is complete. Disconnecting again has no effect,
     * except that the thread that the queue pair is confined to then changes it to ERROR, as after an end by the peer.
     *
     * @throws IllegalStateException if a batch is open on the queue pair or one of its completion queues, by this
     *                               thread or by one that has died. The peer is notified all the same. Disconnecting
     *                               after the end of the batch changes the queue pair to ERROR.
     */
    public void disconnect() {
        try {
            synchronized (this) {
                if (isClosed() || life().hasEnded()) {
                    claim.flushAndRelease();
                    return;
                }
                release();
            }
        } finally {
            if (!life().isDecided()) {
                life().establishment().completeExceptionally(
                    failures().of(Reason.CLOSED, "it was disconnected on this side first"));
            }
        }
    }

    /** Changes the queue pair to ERROR and notifies the peer, once. After a partial failure, does the rest. */
    private void release() {
        ending = true;
        try {
            claim.flushAndRelease();
        } finally {
            if (!released) {
                disconnectIdentifier();
                released = true;
            }
        }
    }

    /**
     * Moves the connection to another connection manager, on whose thread its events are then handled ({@code
     * rdma_migrate_id(3)}). The queue pair is not affected.
     *
     * <p>This method waits for a handler of the present manager that is running, unless it is called by that handler.
     *
     * @param destination a connection manager of the queue pair's device.
     * @throws ConnectionException      {@code MANAGER_ENDED} if the destination has ended, {@code INTERRUPTED} if the
     *                                  thread is interrupted while it waits, {@code FAILED} if the transport refuses.
     *                                  The connection has not moved.
     * @throws IllegalArgumentException if the device is not one of the destination.
     * @throws IllegalStateException    if the connection or the destination is closed, or this is the thread of another
     *                                  connection manager than the present one.
     */
    public void migrate(final ConnectionManager destination) {
        new Migration(this, dispatcher()).run(destination, queuePair().device().name(), this::moveOpen);
    }

    private synchronized void moveOpen(final Migration migration) {
        if (isClosed()) {
            throw new IllegalStateException(this + " is closed");
        }
        move(migration, target());
    }

    /**
     * Disconnects and frees the identifier ({@code rdma_destroy_id(3)}), without waiting for the peer. Closing again
     * has no effect, unless closing failed before, or another thread closed it than the one that the queue pair is
     * confined to. The queue pair stays open, in state ERROR, to be reset or closed. If the connection has ended and
     * the program has reset the queue pair since, closing does not change it.
     *
     * @throws ConnectionException   if the identifier cannot be freed; the connection is still closed, and the manager
     *                               tries again to free it.
     * @throws IllegalStateException if a batch is open on the queue pair or one of its completion queues, by this
     *                               thread or by one that has died, the first time. The connection is still closed, and
     *                               closing it again after the end of the batch changes the queue pair to ERROR.
     */
    @Override
    public void close() {
        markClosed();
        try {
            synchronized (this) {
                if (!isDestroyed() && !life().hasEnded()) {
                    release();
                }
            }
        } finally {
            life().end(life().isDecided() ? null : failures().of(Reason.CLOSED, "it was closed on this side first"));
            destroy();
        }
    }

    @Override
    void free() {
        close();
    }

    private synchronized void destroy() {
        try {
            flushUnlessRefusedBefore();
        } finally {
            claim.markEnded();
            // While the kernel waits, the manager's thread does it after the event that is due.
            if (!kernelWaits || !dispatcher().readsEvents()) {
                destroyIdentifier();
            }
        }
    }

    /** The caller is told once that a batch prevents the change to ERROR: that of a dead thread never ends. */
    private void flushUnlessRefusedBefore() {
        if (flushRefused) {
            claim.flushOrMarkEnded();
            return;
        }
        try {
            claim.flushAndRelease();
        } catch (final IllegalStateException batchOpen) {
            flushRefused = true;
            throw batchOpen;
        }
    }

    @Override
    public String toString() {
        return "Connection with " + AddressText.of(remoteAddress()) + " on " + queuePair();
    }
}
