// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.AddressHandleOperations;
import dev.ffmverbs.spi.ProviderException;

/**
 * The route to a peer for datagrams ({@code struct ibv_ah}). Thread-safe.
 *
 * <p>It names a port, not a queue pair: {@link SendRequest#to} adds the queue pair's number and key.
 */
public final class AddressHandle extends ProviderObject {

    private final ProtectionDomain domain;
    private final AddressHandleOperations operations;
    private final AddressVector path;

    AddressHandle(final ProtectionDomain domain, final AddressHandleOperations operations, final AddressVector path) {
        super(domain.device(), domain);
        this.domain = domain;
        this.operations = operations;
        this.path = path;
    }

    /**
     * Returns the protection domain whose queue pairs may use this handle.
     *
     * @return the protection domain.
     */
    public ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * Returns the peer's network address.
     *
     * @return the GID it was created with; all zeros when it was created without one.
     */
    public Gid destination() {
        return path.destination();
    }

    /**
     * Returns the path to the peer.
     *
     * @return the path it was created with.
     */
    public AddressVector addressVector() {
        return path;
    }

    /** Keeps the handle open while a request is posted, until {@link #leave}. */
    void enterFor(final QueuePair queuePair) {
        if (queuePair.protectionDomain().memoryDomain() != domain.memoryDomain()) {
            throw new IllegalArgumentException(this + " belongs to another protection domain than " + queuePair);
        }
        enter();
    }

    @Override
    AddressHandleOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "AddressHandle to "
            + (path.isGlobal() ? destination() : "local identifier " + path.localIdentifier());
    }
}
