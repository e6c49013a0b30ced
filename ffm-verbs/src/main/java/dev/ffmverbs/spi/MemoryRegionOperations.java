// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/** Operations of a memory region ({@code struct ibv_mr}). */
public interface MemoryRegionOperations {

    /**
     * The key that local work requests name.
     *
     * @return the 32-bit local key.
     */
    int lkey();

    /**
     * The key that remote peers name.
     *
     * @return the 32-bit remote key.
     */
    int rkey();

    /**
     * What an {@code ibv_mw_bind_info} carries in {@code mr} to name this region.
     *
     * @return the address of the {@code struct ibv_mr}, or the provider's own number for it: the local key unless
     *     the provider says otherwise.
     */
    default long handle() {
        return Integer.toUnsignedLong(lkey());
    }

    /**
     * Changes what is registered ({@code ibv_rereg_mr(3)}).
     *
     * @param flags            {@code IBV_REREG_MR_*} flags that say which of the following change.
     * @param protectionDomain new protection domain, or null.
     * @param memory           new memory, or null.
     * @param access           new {@code IBV_ACCESS_*} flags.
     * @throws ProviderException when it cannot be changed; {@code EOPNOTSUPP} when the device has no such operation.
     */
    default void reregister(
        final int flags, final ProtectionDomainOperations protectionDomain, final MemorySegment memory,
        final int access) throws ProviderException {
        throw new ProviderException("ibv_rereg_mr", "flags=" + flags, Errno.EOPNOTSUPP);
    }

    /**
     * Deregisters the memory ({@code ibv_dereg_mr(3)}); on return no peer can reach it.
     *
     * @throws ProviderException when it cannot be deregistered.
     */
    void close() throws ProviderException;
}
