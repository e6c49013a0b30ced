// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import java.util.List;
import java.util.Objects;

/** A peer's request for a connection. It must be accepted or rejected once. Thread-safe. */
public final class ConnectionRequest extends IncomingRequest {

    /** Most private data a rejection carries, in bytes (IBTA 12.6.7). */
    public static final int MAXIMUM_REJECT_BYTES = 148;

    private final int peerIncomingReads;
    private final int peerOutgoingReads;

    ConnectionRequest(
        final EventDispatcher dispatcher, final ManagedDevices devices, final ConnectionEventData event) {
        super(dispatcher, devices, event);
        this.peerOutgoingReads = event.responderResources();
        this.peerIncomingReads = event.initiatorDepth();
    }

    /**
     * Returns how many READ and atomic requests of this side the peer answers at a time.
     *
     * @return 0 to 255; the outgoing reads of this side must not exceed this number.
     */
    public int peerIncomingReads() {
        return peerIncomingReads;
    }

    /**
     * Returns how many READ and atomic requests the peer wants to have outstanding at a time.
     *
     * @return 0 to 255; the incoming reads of this side should not be fewer.
     */
    public int peerOutgoingReads() {
        return peerOutgoingReads;
    }

    /**
     * Accepts the request ({@code rdma_accept(3)}). Changes the queue pair to READY_TO_SEND and answers, without
     * waiting.
     *
     * <p>If this method refuses an argument, the request can still be answered. After any other failure, the request is
     * rejected and the queue pair is in state ERROR.
     *
     * @param queuePair  queue pair of a context of {@link #device()} that no other connection uses, in state RESET, or
     *                   INIT with its first receives posted, because a peer may send as soon as it is accepted.
     * @param parameters what to answer; its reads are lowered to the numbers the peer offered. The traffic class is
     *                   that of the request.
     * @return the connection; {@link Connection#whenEstablished()} completes when the peer has confirmed.
     * @throws ConnectionException      {@code PEER_GAVE_UP} if the peer gave up, {@code MANAGER_ENDED} if the manager
     *                                  has ended, {@code FAILED} if the transport refuses.
     * @throws VerbsException           if the queue pair does not accept the parameters agreed on.
     * @throws IllegalArgumentException if the queue pair is of another device or another type than reliable connection.
     * @throws IllegalStateException    if the request was answered before, the manager is closed, or the queue pair is
     *                                  closed, connected or used by another connection.
     */
    public synchronized Connection accept(final QueuePair queuePair, final ConnectionParameters parameters) {
        Objects.requireNonNull(queuePair, "queuePair");
        Objects.requireNonNull(parameters, "parameters");
        requireAnswerable();
        final QueuePairClaim claim =
            QueuePairClaim.take(queuePair, List.of(deviceName()), devices().provider(), toString());
        Connection connection = null;
        try {
            final Connection created = new Connection(
                dispatcher(), identifier(), claim, limitReads(parameters), remoteAddress(), true);
            dispatcher().handOver(identifier(), created.target());
            markHandedOver();
            connection = created;
        } finally {
            if (connection == null) {
                claim.release();
            }
        }
        try {
            connection.accept(privateData());
            return connection;
        } catch (final Throwable e) {
            ConnectionFailures.closeAfter(e, connection);
            throw e;
        }
    }

    /** Lowers the numbers of READs to those the peer offered. */
    private ConnectionParameters limitReads(final ConnectionParameters parameters) {
        return parameters.withReads(
            Math.min(parameters.incomingReads(), peerOutgoingReads),
            Math.min(parameters.outgoingReads(), peerIncomingReads));
    }

    @Override
    int maximumRejectBytes() {
        return MAXIMUM_REJECT_BYTES;
    }

    @Override
    public String toString() {
        return "ConnectionRequest of " + AddressText.of(remoteAddress());
    }
}
