// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A peer's request for a connection. It must be accepted or rejected once. Thread-safe. */
public final class ConnectionRequest {

    /** Most private data a rejection carries, in bytes (IBTA 12.6.7). */
    public static final int MAXIMUM_REJECT_BYTES = 148;

    private volatile EventDispatcher dispatcher;
    private final ConnectionIdentifierOperations identifier;
    private final ManagedDevices devices;
    private final String deviceName;
    private final byte[] privateData;
    private final InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;
    private final int peerIncomingReads;
    private final int peerOutgoingReads;
    private boolean answered;

    /** Whether the peer gave up before the request was answered. */
    private boolean withdrawn;

    /** Whether the identifier is no longer needed, and whether it is destroyed. */
    private volatile boolean over;
    private boolean destroyed;

    ConnectionRequest(
        final EventDispatcher dispatcher, final ManagedDevices devices, final ConnectionEventData event) {
        this.dispatcher = dispatcher;
        this.identifier = event.identifier();
        this.devices = devices;
        final String own = identifier.deviceName();
        this.deviceName = own == null ? devices.first().name() : own;
        this.privateData = event.privateData();
        this.localAddress = event.localAddress();
        this.remoteAddress = event.remoteAddress();
        this.peerOutgoingReads = event.responderResources();
        this.peerIncomingReads = event.initiatorDepth();
    }

    EventTarget target() {
        return new EventTarget(
            this, event -> withdraw(), failure -> { }, () -> false, () -> over, this::rejectUnanswered);
    }

    /** Returns whether this is the request with that identifier. */
    boolean isOf(final ConnectionIdentifierOperations requested) {
        return identifier == requested;
    }

    /**
     * Returns the private data of the request.
     *
     * @return up to 56 bytes, which the transport may have padded with zeros.
     */
    public byte[] privateData() {
        return privateData.clone();
    }

    /**
     * Returns the address and port the request was sent to.
     *
     * @return the local address.
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Returns the address and port the request came from.
     *
     * @return the peer's address and port.
     */
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /**
     * Returns the device that received the request. Only a queue pair of this device can accept it.
     *
     * <p>It is a device of the manager, except for a listener of kernel devices on a wildcard address, which receives
     * the requests to all addresses of the machine.
     *
     * @return the device.
     * @throws java.util.NoSuchElementException if that device has been removed.
     * @throws VerbsException                   if devices cannot be listed.
     */
    public Device device() {
        return context().map(Context::device).orElseGet(() -> Verbs.device(deviceName));
    }

    /**
     * Returns the context of {@link #device()} that the manager was opened with.
     *
     * @return the context, which may have been closed since; empty if the device is not one of the manager.
     */
    public Optional<Context> context() {
        return devices.context(deviceName);
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
     * Returns whether the peer has given up before the request was answered, as far as this side knows. There is then
     * nothing to answer: accepting fails, and rejecting has no effect.
     *
     * @return whether nobody waits for the answer; false once the request was answered.
     */
    public synchronized boolean isWithdrawn() {
        return withdrawn;
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
        requireUnanswered();
        if (withdrawn) {
            throw new ConnectionFailures(true, AddressText.of(remoteAddress)).withdrawalByPeer();
        }
        final QueuePairClaim claim =
            QueuePairClaim.take(queuePair, List.of(deviceName), devices.provider(), toString());
        Connection connection = null;
        try {
            final Connection created = new Connection(
                dispatcher, identifier, claim, limitReads(parameters), remoteAddress, true);
            dispatcher.handOver(identifier, created.target());
            answered = true;
            connection = created;
        } finally {
            if (connection == null) {
                claim.release();
            }
        }
        try {
            connection.accept(privateData);
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

    /**
     * Moves the request to another connection manager, on whose thread its events are then handled, and those of the
     * connection when it is accepted ({@code rdma_migrate_id(3)}). The listener stays where it is.
     *
     * <p>This method waits for a handler of the present manager that is running, unless it is called by that handler.
     *
     * @param destination a connection manager of {@link #device()}.
     * @throws ConnectionException      {@code PEER_GAVE_UP} if the peer gave up, {@code MANAGER_ENDED} if the
     *                                  destination has ended, {@code INTERRUPTED} if the thread is interrupted while it
     *                                  waits, {@code FAILED} if the transport refuses. The request has not moved.
     * @throws IllegalArgumentException if the device is not one of the destination.
     * @throws IllegalStateException    if the request was answered before, the destination is closed, or this is the
     *                                  thread of another connection manager than the present one.
     */
    public void migrate(final ConnectionManager destination) {
        new Migration(this, dispatcher).run(destination, deviceName, this::move);
    }

    private synchronized void move(final Migration migration) {
        requireUnanswered();
        if (withdrawn) {
            throw new ConnectionFailures(true, AddressText.of(remoteAddress)).withdrawalByPeer();
        }
        dispatcher = migration.move(identifier, target(), dispatcher);
    }

    /**
     * Rejects the request ({@code rdma_reject(3)}). Has no effect if the peer has given up.
     *
     * @param reason private data for the peer, at most 148 bytes.
     * @throws ConnectionException      if the rejection cannot be sent; the request counts as answered nevertheless.
     * @throws IllegalArgumentException if there are more than 148 bytes.
     * @throws IllegalStateException    if the request was answered before.
     */
    public synchronized void reject(final byte[] reason) {
        Objects.requireNonNull(reason, "reason");
        if (reason.length > MAXIMUM_REJECT_BYTES) {
            throw new IllegalArgumentException("a rejection carries at most " + MAXIMUM_REJECT_BYTES
                + " bytes of private data, not " + reason.length);
        }
        requireUnanswered();
        answered = true;
        if (withdrawn) {
            return;
        }
        over = true;
        try {
            identifier.reject(reason);
        } catch (final ProviderException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ECONNRESET) {
                throw new ConnectionException("cannot reject " + this, e);
            }
            // The peer has given up, and the event for that has not arrived yet.
        } finally {
            destroy();
        }
    }

    /** Destroys the identifier, which also rejects the request if an earlier rejection failed. */
    private void destroy() {
        if (!destroyed) {
            dispatcher.destroy(identifier);
            destroyed = true;
        }
    }

    private void requireUnanswered() {
        if (answered) {
            throw new IllegalStateException(this + " was already answered");
        }
    }

    /** Rejects, unless the request was answered or withdrawn. After a partial failure, does the rest. */
    synchronized void rejectUnanswered() {
        if (over) {
            destroy();
        } else if (!answered) {
            reject(new byte[0]);
        }
    }

    /** Handles the event that reports that the peer gave up. */
    private synchronized void withdraw() {
        if (!answered) {
            withdrawn = true;
            over = true;
            destroy();
        }
    }

    @Override
    public String toString() {
        return "ConnectionRequest of " + AddressText.of(remoteAddress);
    }
}
