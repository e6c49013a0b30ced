// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The owner of an identifier that first resolves the address of a peer: a connection, or an attempt to find out where
 * datagrams go. It handles what both have in common: the beginning, the failures, and the frame of every event.
 *
 * <p>Thread-safe. Events arrive on the manager's thread, and are handled under the lock of this object.
 */
abstract class ResolvingOwner extends IdentifierOwner {

    /** The result of an event that completes no future. */
    static final Runnable NOTHING = () -> { };

    private final QueuePair queuePair;
    private final InetSocketAddress remoteAddress;
    private final ConnectionParameters parameters;
    private final ConnectionFailures failures;

    /** Once it has begun. Guarded by this object. */
    private AddressResolution resolution;
    private volatile boolean closed;

    ResolvingOwner(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetSocketAddress remoteAddress, final ConnectionParameters parameters,
        final ConnectionFailures failures) {
        super(dispatcher, identifier);
        this.queuePair = queuePair;
        this.remoteAddress = remoteAddress;
        this.parameters = parameters;
        this.failures = failures;
    }

    /** Continues after the address was resolved, over the device of the queue pair. */
    abstract void continueAfterAddress() throws ProviderException;

    /**
     * Handles an event other than those of the address, and other than failures.
     *
     * @return the completion of futures, which must run without a lock.
     */
    abstract Runnable handle(ConnectionEventType type, ConnectionEventData event) throws ProviderException;

    /** Takes note that there is an event, even if it is no longer handled. */
    void takeNote() {
        // Most attempts handle events while they are open, or not at all.
    }

    /** Ends with a failure. Returns the completion of futures, which must run without a lock. */
    abstract Runnable fail(ConnectionException failure);

    /** Returns whether the peer has accepted. */
    abstract boolean isAnswered();

    /** Frees what is left. May be repeated after a failure. */
    abstract void free();

    /** Runs the start of an attempt. If it fails, the attempt is freed. */
    final <T> CompletableFuture<T> startOrFree(final Supplier<CompletableFuture<T>> start) {
        boolean started = false;
        try {
            final CompletableFuture<T> attempt = start.get();
            started = true;
            return attempt;
        } finally {
            if (!started) {
                // Set first: if the next call does not succeed, the manager's thread frees what is left.
                closed = true;
                free();
            }
        }
    }

    /**
     * Begins to resolve the address.
     *
     * @param local     local address, or null to let the routes decide.
     * @param timeoutNs time limit for the whole attempt.
     * @return the reason why it cannot begin, or null.
     */
    final synchronized ConnectionException begin(final InetSocketAddress local, final long timeoutNs) {
        try {
            resolution = new AddressResolution(identifier(), local, remoteAddress, timeoutNs);
            // A short time limit may have ended the attempt, and freed the identifier, before it began.
            if (!closed) {
                resolution.begin(parameters);
            }
            return null;
        } catch (final ProviderException e) {
            return failures.ofCall(e, false);
        } catch (final Throwable e) {
            return failures.ofFailure(e, queuePair);
        }
    }

    /** Returns whether this side has begun to resolve an address. The accepting side of a connection does not. */
    final synchronized boolean hasBegun() {
        return resolution != null;
    }

    /** Starts to resolve the route to the resolved address. */
    final synchronized void resolveRoute() throws ProviderException {
        resolution.resolveRoute();
    }

    final void onEvent(final ConnectionEventData event) {
        final Runnable completion;
        synchronized (this) {
            takeNote();
            if (closed) {
                return;
            }
            completion = handle(event);
        }
        completion.run();
    }

    private Runnable handle(final ConnectionEventData event) {
        try {
            final ConnectionEventType type = ConnectionEventType.of(event.type());
            return switch (type) {
                case ADDRESS_RESOLVED -> onAddressResolved();
                case ADDRESS_ERROR -> onAddressError(event);
                case ROUTE_ERROR, UNREACHABLE, CONNECT_ERROR, REJECTED, MULTICAST_ERROR, DEVICE_REMOVAL ->
                    fail(failures.ofEvent(event, isAnswered(), queuePair));
                default -> handle(type, event);
            };
        } catch (final ProviderException e) {
            return fail(failures.ofCall(e, isAnswered(), queuePair));
        } catch (final Throwable e) {
            return fail(failures.ofFailure(e, queuePair));
        }
    }

    private Runnable onAddressResolved() throws ProviderException {
        final ConnectionException failure = resolution.requireDevice(ownDevice(), failures);
        if (failure != null) {
            return fail(failure);
        }
        continueAfterAddress();
        return NOTHING;
    }

    private Runnable onAddressError(final ConnectionEventData event) throws ProviderException {
        if (!resolution.hasAttemptsLeft()) {
            return fail(failures.ofEvent(event, isAnswered(), queuePair));
        }
        resolution.resolveAddress();
        return NOTHING;
    }

    /** Returns whether this object is closed, or has begun to close. It then handles no events. */
    final boolean isClosed() {
        return closed;
    }

    final void markClosed() {
        closed = true;
    }

    final ConnectionFailures failures() {
        return failures;
    }

    final ConnectionParameters parameters() {
        return parameters;
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
