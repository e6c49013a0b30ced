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
 * An attempt to find out where datagrams to an address go. It resolves the address, asks, and receives the answer.
 *
 * <p>Thread-safe. Events arrive on the manager's thread.
 */
abstract class DatagramAttempt extends ResolvingOwner {

    private final CompletableFuture<DatagramPeer> outcome = new CompletableFuture<>();

    DatagramAttempt(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetSocketAddress remoteAddress, final ConnectionParameters parameters) {
        super(dispatcher, identifier, queuePair, remoteAddress, parameters,
            ConnectionFailures.ofDatagrams(AddressText.of(remoteAddress)));
    }

    /** Asks for the answer, once the route or only the address is resolved. */
    abstract void ask(ConnectionEventType resolved) throws ProviderException;

    /** Returns whether the attempt, once it has succeeded, needs its identifier. */
    abstract boolean keepsIdentifier();

    /** Starts. Any end of the attempt frees what is left of it, and so does any other completion of the future. */
    final CompletableFuture<DatagramPeer> start(final InetSocketAddress local, final long timeoutNs) {
        return startOrFree(() -> {
            final CompletableFuture<DatagramPeer> result = outcome.copy()
                .orTimeout(timeoutNs, TimeUnit.NANOSECONDS)
                .handle((peer, failure) -> {
                    if (failure == null && keepsIdentifier()) {
                        return peer;
                    }
                    markClosed();
                    return finish(peer, failure);
                });
            final CompletableFuture<DatagramPeer> ignored = result.whenComplete((peer, failure) -> {
                if (!isClosed() && (failure != null || !keepsIdentifier())) {
                    markClosed();
                    free();
                }
            });
            final ConnectionException refused = begin(local, timeoutNs);
            if (refused != null) {
                outcome.completeExceptionally(refused);
            }
            return result;
        });
    }

    /** Frees the attempt, and returns its result or throws its failure. */
    private DatagramPeer finish(final DatagramPeer peer, final Throwable failure) {
        if (failure == null) {
            free();
            return peer;
        }
        final ConnectionException told = failures().ofAttempt(failure, ownQueuePair());
        try {
            free();
        } catch (final ConnectionException notFreed) {
            told.addSuppressed(notFreed);
        }
        throw told;
    }

    final EventTarget target() {
        return new EventTarget(this, this::onEvent, outcome::completeExceptionally, () -> !isClosed(),
            this::isClosed, this::free);
    }

    @Override
    final Runnable handle(final ConnectionEventType type, final ConnectionEventData event) throws ProviderException {
        return switch (type) {
            case ROUTE_RESOLVED -> {
                ask(type);
                yield NOTHING;
            }
            case ESTABLISHED, MULTICAST_JOIN -> onAnswer(event);
            default -> NOTHING;
        };
    }

    @Override
    final void continueAfterAddress() throws ProviderException {
        ask(ConnectionEventType.ADDRESS_RESOLVED);
    }

    @Override
    final boolean isAnswered() {
        return false;
    }

    private Runnable onAnswer(final ConnectionEventData event) {
        if (event.datagrams() == null) {
            return fail(failures().of(Reason.FAILED, "the answer of the transport names no queue pair"));
        }
        final DatagramPeer peer = DatagramPeer.of(event.datagrams(), event.privateData());
        return () -> outcome.complete(peer);
    }

    @Override
    final Runnable fail(final ConnectionException failure) {
        return () -> outcome.completeExceptionally(failure);
    }
}
