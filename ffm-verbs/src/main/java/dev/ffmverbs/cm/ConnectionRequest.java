// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;

/** A peer's request for a connection, to be accepted or rejected once. Thread-safe. */
public final class ConnectionRequest {

    /** Most private data a rejection carries, in bytes (IBTA 12.6.7). */
    public static final int MAXIMUM_REJECT_BYTES = 148;

    private final ConnectionManager manager;
    private final ConnectionIdentifierOperations identifier;
    private final byte[] privateData;
    private final InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;
    private final int peerIncomingReads;
    private final int peerOutgoingReads;
    private boolean answered;

    ConnectionRequest(final ConnectionManager manager, final ConnectionEventData event) {
        this.manager = manager;
        this.identifier = event.identifier();
        this.privateData = event.privateData();
        this.localAddress = event.localAddress();
        this.remoteAddress = event.remoteAddress();
        this.peerOutgoingReads = event.responderResources();
        this.peerIncomingReads = event.initiatorDepth();
    }

    /**
     * What the peer sent with its request.
     *
     * @return up to 56 bytes, which the transport may have padded with zeros.
     */
    public byte[] privateData() {
        return privateData.clone();
    }

    /**
     * The address and port the request came to.
     *
     * @return our address.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Where the request came from.
     *
     * @return the peer's address and port.
     */
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /**
     * READ and atomic requests of ours the peer answers at a time.
     *
     * @return 0 to 255; our outgoing reads must not exceed it.
     */
    public int peerIncomingReads() {
        return peerIncomingReads;
    }

    /**
     * READ and atomic requests the peer wants to have outstanding at us.
     *
     * @return 0 to 255; our incoming reads should not be less.
     */
    public int peerOutgoingReads() {
        return peerOutgoingReads;
    }

    /**
     * Accepts ({@code rdma_accept(3)}): takes the queue pair to READY_TO_SEND and answers. Does not wait.
     *
     * @param queuePair  queue pair of a context of the same device, in state RESET, or INIT with its first receives
     *                   posted: a peer may send as soon as it knows that it is accepted.
     * @param parameters what to answer; its reads are lowered to what the peer offered.
     * @return the connection; {@link Connection#established()} completes when the peer has confirmed.
     * @throws ConnectionException   when it cannot be accepted, for example because the peer gave up.
     * @throws IllegalStateException when it was answered before.
     */
    public synchronized Connection accept(final QueuePair queuePair, final ConnectionParameters parameters) {
        requireUnanswered();
        final ConnectionParameters agreed = parameters.withReads(
            Math.min(parameters.incomingReads(), peerOutgoingReads),
            Math.min(parameters.outgoingReads(), peerIncomingReads));
        final Connection connection = new Connection(manager, identifier, queuePair, agreed);
        answered = true;
        boolean accepted = false;
        try {
            manager.route(identifier, connection, connection::on);
            connection.accept(privateData);
            accepted = true;
            return connection;
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot accept the connection of " + remoteAddress, e);
        } finally {
            if (!accepted) {
                manager.destroy(identifier);
            }
        }
    }

    /**
     * Rejects ({@code rdma_reject(3)}).
     *
     * @param reason at most 148 bytes for the peer.
     * @throws ConnectionException      when the rejection cannot be sent.
     * @throws IllegalArgumentException when there are more than 148 bytes.
     * @throws IllegalStateException    when it was answered before.
     */
    public synchronized void reject(final byte[] reason) {
        requireUnanswered();
        if (reason.length > MAXIMUM_REJECT_BYTES) {
            throw new IllegalArgumentException("a rejection carries at most " + MAXIMUM_REJECT_BYTES
                + " bytes of private data, not " + reason.length);
        }
        answered = true;
        try {
            identifier.reject(reason);
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot reject the connection of " + remoteAddress, e);
        } finally {
            manager.destroy(identifier);
        }
    }

    private void requireUnanswered() {
        if (answered) {
            throw new IllegalStateException("the request of " + remoteAddress + " was answered before, or withdrawn");
        }
    }

    synchronized void rejectUnanswered() {
        if (!answered) {
            reject(new byte[0]);
        }
    }

    /** The peer gave up before it was answered. */
    synchronized void on(final ConnectionEventData event) {
        if (!answered) {
            answered = true;
            manager.destroy(identifier);
        }
    }

    @Override
    public String toString() {
        return "ConnectionRequest of " + remoteAddress;
    }
}
