// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** What one end of a connection tells of itself. */
abstract class ConnectionFacts extends ResolvingOwner {

    private final ConnectionLife life = new ConnectionLife();

    /** Guarded by this object, as is the next field. */
    private InetSocketAddress localAddress;
    private byte[] privateData = new byte[0];

    ConnectionFacts(
        final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier, final QueuePair queuePair,
        final InetSocketAddress remoteAddress, final ConnectionParameters parameters,
        final ConnectionFailures failures) {
        super(dispatcher, identifier, queuePair, remoteAddress, parameters, failures);
        this.localAddress = identifier.localAddress();
    }

    final ConnectionLife life() {
        return life;
    }

    final synchronized void setPrivateData(final byte[] data) {
        privateData = data;
    }

    final synchronized void setLocalAddress(final InetSocketAddress address) {
        localAddress = address;
    }

    /**
     * Returns the private data of the peer. On the accepting side this is the data of the request, on the connecting
     * side the data of the acceptance.
     *
     * @return up to 56 or 196 bytes, which the transport may have padded with zeros.
     */
    public final synchronized byte[] privateData() {
        return privateData.clone();
    }

    /**
     * Returns the local address.
     *
     * @return address and port, or null before it is known.
     */
    public final synchronized InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Returns the peer's address.
     *
     * @return address and port.
     */
    public final InetSocketAddress remoteAddress() {
        return resolvedAddress();
    }

    /**
     * Returns the queue pair of this end.
     *
     * @return the caller's queue pair.
     */
    public final QueuePair queuePair() {
        return ownQueuePair();
    }

    /**
     * Returns whether the connection is established and has not ended.
     *
     * @return true from its establishment to its end.
     */
    public final boolean isEstablished() {
        return life.isEstablished();
    }

    /**
     * Returns a future that completes when the connection is established. On the accepting side, this happens when the
     * peer's confirmation or first packet arrives.
     *
     * <p>If neither arrives, the transport gives up after some seconds, on kernel devices after up to 70 seconds.
     * Threads that wait for this future can be interrupted, as {@link CompletableFuture#get()} describes; that does not
     * end the connection.
     *
     * @return completes with null, or with a {@link ConnectionException} whose reason is one of {@link Reason}; on the
     *     manager's thread, or the thread that disconnects or closes the connection.
     */
    public final CompletableFuture<Void> whenEstablished() {
        return life.establishment().copy();
    }

    /**
     * Returns a future that completes when the connection has ended, whichever side ended it.
     *
     * @return completes with null; on the manager's thread, or the thread that closes the connection.
     */
    public final CompletableFuture<Void> whenDisconnected() {
        return life.findEnding().copy();
    }
}
