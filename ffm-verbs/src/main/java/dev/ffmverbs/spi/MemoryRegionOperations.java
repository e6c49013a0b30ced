// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/** Operations of a memory region ({@code struct ibv_mr}). */
public interface MemoryRegionOperations extends NativeObject {

    /**
     * Returns the key that local work requests name.
     *
     * @return the 32-bit local key.
     */
    int lkey();

    /**
     * Returns the key that remote peers name.
     *
     * @return the 32-bit remote key.
     */
    int rkey();

    /**
     * Returns the value of {@code mr} in an {@code ibv_mw_bind_info} that names this region.
     *
     * @return the address of the {@code struct ibv_mr}, or the provider's own number for it, by default the local key.
     */
    default long handle() {
        return Integer.toUnsignedLong(lkey());
    }

    /**
     * Changes a registration ({@code ibv_rereg_mr(3)}).
     *
     * @param flags            {@code IBV_REREG_MR_*} flags that say which of the following change.
     * @param protectionDomain new protection domain, or null.
     * @param memory           new memory, or null.
     * @param access           new {@code IBV_ACCESS_*} flags.
     * @throws ProviderException when it cannot be changed; {@code EOPNOTSUPP} when the device lacks the operation.
     */
    default void reregister(
        final int flags, final ProtectionDomainOperations protectionDomain, final MemorySegment memory,
        final int access) throws ProviderException {
        throw new ProviderException("ibv_rereg_mr", "flags=" + flags, Errno.EOPNOTSUPP);
    }

    /**
     * Deregisters the memory ({@code ibv_dereg_mr(3)}). On return, no peer can access it.
     *
     * @throws ProviderException when it cannot be deregistered.
     */
    void close() throws ProviderException;
}
