// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;

/** A peer's request, which is answered once. Thread-safe. */
abstract class IncomingRequest extends IdentifierOwner {

    private final ManagedDevices devices;
    private final String deviceName;
    private final byte[] privateData;
    private final InetSocketAddress localAddress;
    private final InetSocketAddress remoteAddress;

    /** Guarded by this object, as is the next field. */
    private boolean answered;

    /** Whether the peer gave up before the request was answered. */
    private boolean withdrawn;

    /** Where the request waits for its answer; null once it does not. Guarded by this object. */
    private RequestPlaces waitsIn;

    /** Whether the identifier is no longer needed. */
    private volatile boolean over;

    IncomingRequest(
        final EventDispatcher dispatcher, final ManagedDevices devices, final ConnectionEventData event) {
        super(dispatcher, event.identifier());
        this.devices = devices;
        final String own = identifier().deviceName();
        this.deviceName = own == null ? devices.first().name() : own;
        this.privateData = event.privateData();
        this.localAddress = event.localAddress();
        this.remoteAddress = event.remoteAddress();
    }

    final EventTarget target() {
        return new EventTarget(
            this, event -> withdraw(), failure -> { }, () -> false, () -> over, this::rejectUnanswered);
    }

    /** Takes over a place of the listener, which the request gives back before it is answered. */
    final synchronized void waitIn(final RequestPlaces places) {
        waitsIn = places;
    }

    /**
     * Gives the place of the listener back. This is done first, because after an answer the transport may have passed
     * on another request already.
     */
    final void leavePlace() {
        if (waitsIn != null) {
            waitsIn.giveBack();
            waitsIn = null;
        }
    }

    /** Returns whether this is the request with that identifier. */
    final boolean isOf(final ConnectionIdentifierOperations requested) {
        return identifier() == requested;
    }

    final ManagedDevices devices() {
        return devices;
    }

    final String deviceName() {
        return deviceName;
    }

    /** Returns how much private data a rejection carries, in bytes. */
    abstract int maximumRejectBytes();

    /**
     * Returns the private data of the request.
     *
     * @return up to 56 bytes, or 180 in a request for datagrams, which the transport may have padded with zeros.
     */
    public final byte[] privateData() {
        return privateData.clone();
    }

    /**
     * Returns the address and port the request was sent to.
     *
     * @return the local address.
     */
    public final InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Returns the address and port the request came from.
     *
     * @return the peer's address and port.
     */
    public final InetSocketAddress remoteAddress() {
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
    public final Device device() {
        return context().map(Context::device).orElseGet(() -> Verbs.device(deviceName));
    }

    /**
     * Returns the context of {@link #device()} that the manager was opened with.
     *
     * @return the context, which may have been closed since; empty if the device is not one of the manager.
     */
    public final Optional<Context> context() {
        return devices.context(deviceName);
    }

    /**
     * Returns whether the peer has given up before the request was answered, as far as this side knows. There is then
     * nothing to answer: accepting fails, and rejecting has no effect.
     *
     * @return whether nobody waits for the answer; false once the request was answered.
     */
    public final synchronized boolean isWithdrawn() {
        return withdrawn;
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
    public final void migrate(final ConnectionManager destination) {
        new Migration(this, dispatcher()).run(destination, deviceName, this::moveAnswerable);
    }

    private synchronized void moveAnswerable(final Migration migration) {
        requireAnswerable();
        move(migration, target());
    }

    /**
     * Rejects the request ({@code rdma_reject(3)}). Has no effect if the peer has given up.
     *
     * @param reason private data for the peer, at most 148 bytes, or 136 for a request for datagrams.
     * @throws ConnectionException      if the rejection cannot be sent; the request still counts as answered.
     * @throws IllegalArgumentException if there are more bytes.
     * @throws IllegalStateException    if the request was answered before.
     */
    public final synchronized void reject(final byte[] reason) {
        Objects.requireNonNull(reason, "reason");
        if (reason.length > maximumRejectBytes()) {
            throw new IllegalArgumentException("a rejection carries at most " + maximumRejectBytes()
                + " bytes of private data, not " + reason.length);
        }
        requireUnanswered();
        answered = true;
        leavePlace();
        if (withdrawn) {
            return;
        }
        over = true;
        try {
            identifier().reject(reason);
        } catch (final ProviderException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ECONNRESET) {
                throw new ConnectionException("cannot reject " + this, e);
            }
            // The peer has given up, and the event for that has not arrived yet.
        } finally {
            destroyIdentifier();
        }
    }

    private void requireUnanswered() {
        if (answered) {
            throw new IllegalStateException(this + " was already answered");
        }
    }

    /** Requires that the request can still be accepted. */
    final void requireAnswerable() {
        requireUnanswered();
        if (withdrawn) {
            throw new ConnectionFailures(true, AddressText.of(remoteAddress)).withdrawalByPeer();
        }
    }

    /** Notes that the request is accepted, and that a connection has the identifier. */
    final void markHandedOver() {
        answered = true;
        leavePlace();
    }

    /** Notes that the request is accepted, and destroys the identifier, which nothing needs afterwards. */
    final void finish() {
        answered = true;
        over = true;
        destroyIdentifier();
    }

    /** Rejects, unless the request was answered or withdrawn. After a partial failure, does the rest. */
    final synchronized void rejectUnanswered() {
        if (over) {
            destroyIdentifier();
        } else if (!answered) {
            reject(new byte[0]);
        }
    }

    /** Handles the event that reports that the peer gave up. */
    private synchronized void withdraw() {
        if (!answered) {
            withdrawn = true;
            over = true;
            leavePlace();
            destroyIdentifier();
        }
    }

    @Override
    final Device ownDevice() {
        return context().map(Context::device).orElseGet(devices::first);
    }
}
