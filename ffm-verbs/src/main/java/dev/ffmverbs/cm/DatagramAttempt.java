// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
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
 * An attempt to find out where datagrams to an address go. It resolves the address, asks, and receives the answer.
 *
 * <p>Thread-safe. Events arrive on the manager's thread.
 */
abstract class DatagramAttempt extends IdentifierOwner {

    private final QueuePair queuePair;
    private final InetSocketAddress remoteAddress;
    private final ConnectionParameters parameters;
    private final ConnectionFailures failures;
    private final CompletableFuture<DatagramPeer> outcome = new CompletableFuture<>();

    /** Once it has started. Guarded by this object. */
    private AddressResolution resolution;
    private volatile boolean closed;

    DatagramAttempt(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetSocketAddress remoteAddress, final ConnectionParameters parameters) {
        super(dispatcher, identifier);
        this.queuePair = queuePair;
        this.remoteAddress = remoteAddress;
        this.parameters = parameters;
        this.failures = ConnectionFailures.ofDatagrams(AddressText.of(remoteAddress));
    }

    /** Asks for the answer, once the route or only the address is resolved. */
    abstract void ask(ConnectionEventType resolved) throws ProviderException;

    /** Returns whether the attempt, once it has succeeded, needs its identifier. */
    abstract boolean keepsIdentifier();

    /** Frees what is left. */
    abstract void free();

    /** Starts. Any end of the attempt frees what is left of it, and so does any other completion of the future. */
    final CompletableFuture<DatagramPeer> start(final InetSocketAddress local, final long timeoutNs) {
        final CompletableFuture<DatagramPeer> result = outcome.copy()
            .orTimeout(timeoutNs, TimeUnit.NANOSECONDS)
            .handle((peer, failure) -> {
                if (failure == null && keepsIdentifier()) {
                    return peer;
                }
                closed = true;
                return finish(peer, failure);
            });
        final CompletableFuture<DatagramPeer> ignored = result.whenComplete((peer, failure) -> {
            if (failure != null && !closed) {
                closed = true;
                free();
            }
        });
        begin(local, timeoutNs);
        return result;
    }

    /** Frees the attempt, and returns its result or throws its failure. */
    private DatagramPeer finish(final DatagramPeer peer, final Throwable failure) {
        if (failure == null) {
            free();
            return peer;
        }
        final ConnectionException told = failures.ofAttempt(failure, queuePair);
        try {
            free();
        } catch (final ConnectionException notFreed) {
            told.addSuppressed(notFreed);
        }
        throw told;
    }

    private void begin(final InetSocketAddress local, final long timeoutNs) {
        ConnectionException refused = null;
        synchronized (this) {
            resolution = new AddressResolution(identifier(), local, remoteAddress, timeoutNs);
            try {
                // A short time limit may have ended the attempt, and freed the identifier, before it began.
                if (!closed) {
                    resolution.begin(parameters);
                }
            } catch (final ProviderException e) {
                refused = failures.ofCall(e, false);
            } catch (final Throwable e) {
                refused = failures.ofFailure(e, queuePair);
            }
        }
        if (refused != null) {
            outcome.completeExceptionally(refused);
        }
    }

    final EventTarget target() {
        return new EventTarget(this, this::onEvent, outcome::completeExceptionally, () -> !closed,
            () -> closed, this::free);
    }

    private void onEvent(final ConnectionEventData event) {
        final Runnable completion;
        synchronized (this) {
            if (closed) {
                return;
            }
            completion = handle(event);
        }
        completion.run();
    }

    /** Handles an event, and returns the completion of the future, which must run without a lock. */
    private Runnable handle(final ConnectionEventData event) {
        try {
            return switch (ConnectionEventType.of(event.type())) {
                case ADDRESS_RESOLVED -> onAddressResolved();
                case ROUTE_RESOLVED -> askAfter(ConnectionEventType.ROUTE_RESOLVED);
                case ESTABLISHED, MULTICAST_JOIN -> onAnswer(event);
                case ADDRESS_ERROR -> onAddressError(event);
                case ROUTE_ERROR, UNREACHABLE, CONNECT_ERROR, REJECTED, MULTICAST_ERROR, DEVICE_REMOVAL ->
                    fail(failures.ofEvent(event, false, queuePair));
                default -> () -> { };
            };
        } catch (final ProviderException e) {
            return fail(failures.ofCall(e, false));
        } catch (final Throwable e) {
            return fail(failures.ofFailure(e, queuePair));
        }
    }

    private Runnable onAddressResolved() throws ProviderException {
        final ConnectionException failure = resolution.requireDevice(queuePair.device(), failures);
        if (failure != null) {
            return fail(failure);
        }
        return askAfter(ConnectionEventType.ADDRESS_RESOLVED);
    }

    private Runnable askAfter(final ConnectionEventType resolved) throws ProviderException {
        ask(resolved);
        return () -> { };
    }

    /** Starts to resolve the route to the resolved address. */
    final void resolveRoute() throws ProviderException {
        resolution.resolveRoute();
    }

    private Runnable onAddressError(final ConnectionEventData event) throws ProviderException {
        if (!resolution.hasAttemptsLeft()) {
            return fail(failures.ofEvent(event, false, queuePair));
        }
        resolution.resolveAddress();
        return () -> { };
    }

    private Runnable onAnswer(final ConnectionEventData event) {
        if (event.datagrams() == null) {
            return fail(failures.of(Reason.FAILED, "the answer of the transport names no queue pair"));
        }
        final DatagramPeer peer = DatagramPeer.of(event.datagrams(), event.privateData());
        return () -> outcome.complete(peer);
    }

    private Runnable fail(final ConnectionException failure) {
        return () -> outcome.completeExceptionally(failure);
    }

    final ConnectionFailures failures() {
        return failures;
    }

    final ConnectionParameters parameters() {
        return parameters;
    }

    /** Returns whether the attempt has ended without success, or its result is closed. */
    final boolean isClosed() {
        return closed;
    }

    final void markClosed() {
        closed = true;
    }

    final QueuePair ownQueuePair() {
        return queuePair;
    }

    final InetSocketAddress resolvedAddress() {
        return remoteAddress;
    }

    @Override
    final Device ownDevice() {
        return queuePair.device();
    }
}
