// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.Device;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.NativeObject;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** An object that has an identifier of a connection manager ({@code struct rdma_cm_id}), and destroys it once. */
abstract class IdentifierOwner {

    private final ConnectionIdentifierOperations identifier;
    private volatile EventDispatcher dispatcher;

    /** Guarded by this object. */
    private boolean destroyed;

    IdentifierOwner(final EventDispatcher dispatcher, final ConnectionIdentifierOperations identifier) {
        this.dispatcher = dispatcher;
        this.identifier = identifier;
    }

    final ConnectionIdentifierOperations identifier() {
        return identifier;
    }

    /** Returns the manager that reports the events of the identifier. */
    final EventDispatcher dispatcher() {
        return dispatcher;
    }

    /** Returns the device of the identifier, or the first of the manager's devices if it has none. */
    abstract Device ownDevice();

    /**
     * Returns the address of the {@code struct rdma_cm_id} behind this object, for functions of librdmacm that this
     * library lacks.
     *
     * <p>The structure has no queue pair, because that belongs to the caller. This object owns the structure. The
     * address may be used until this object is closed, or a request is answered, and the structure must not be
     * destroyed. A function that waits for events must not be called, because the connection manager reads them. What
     * is done to the structure is as unsafe as in C.
     *
     * @return a pointer to the structure, as a segment of length 0.
     * @throws UnsupportedVerbException if the device has no C structures, as software devices.
     * @throws IllegalStateException    if the identifier is destroyed.
     */
    public final synchronized MemorySegment nativeAddress() {
        if (destroyed) {
            throw new IllegalStateException(this + " is closed, or was answered");
        }
        return addressOf(identifier, ownDevice(), this);
    }

    static MemorySegment addressOf(final NativeObject object, final Device device, final Object owner) {
        try {
            return MemorySegment.ofAddress(object.nativeAddress());
        } catch (final ProviderException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw new UnsupportedVerbException(e, device);
            }
            throw new IllegalStateException(owner + " is closed", e);
        }
    }

    final synchronized boolean isDestroyed() {
        return destroyed;
    }

    /**
     * Destroys the identifier, once.
     *
     * @throws ConnectionException if the provider refuses; another call tries again.
     */
    final synchronized void destroyIdentifier() {
        if (!destroyed) {
            dispatcher.destroy(identifier);
            destroyed = true;
        }
    }

    /** Moves the identifier to another manager, which then passes its events to a target. */
    final void move(final Migration migration, final EventTarget target) {
        dispatcher = migration.move(identifier, target, dispatcher);
    }
}
