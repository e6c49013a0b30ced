// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ReregistrationFlags;
import java.lang.foreign.MemorySegment;

/** A memory region. It has one random key, which local requests and peers both name. */
final class SoftMemoryRegion implements MemoryRegionOperations {

    private final Port port;

    /** Changed under the lock of the port only. Its key never changes. */
    private volatile RegisteredMemory registered;

    SoftMemoryRegion(final Port port, final RegisteredMemory registered) {
        this.port = port;
        this.registered = registered;
    }

    @Override
    public int lkey() {
        return registered.key();
    }

    @Override
    public int rkey() {
        return registered.key();
    }

    /** Unlike in rxe ({@code rxe_rereg_user_mr}), the memory can change, too. The keys remain. */
    @Override
    public void reregister(
        final int flags, final ProtectionDomainOperations protectionDomain, final MemorySegment memory,
        final int access) throws ProviderException {
        final boolean moves = (flags & ReregistrationFlags.TRANSLATION) != 0;
        port.lock();
        try {
            final RegisteredMemory former = registered;
            requireNoWindows("ibv_rereg_mr", former);
            registered = port.memory().change(former, moves ? memory : former.segment(),
                moves ? memory.address() : former.iova(),
                (flags & ReregistrationFlags.ACCESS) != 0 ? access : former.rights(),
                (flags & ReregistrationFlags.PROTECTION_DOMAIN) != 0
                    ? ((SoftProtectionDomain) protectionDomain).number() : former.protectionDomain());
        } catch (final IllegalArgumentException e) {
            throw new ProviderException("ibv_rereg_mr", "rkey=0x" + Integer.toHexString(rkey()) + ", flags=" + flags
                + ", access=0x" + Integer.toHexString(access), Errno.EINVAL, e.getMessage());
        } finally {
            port.unlock();
        }
    }

    private static void requireNoWindows(final String verb, final RegisteredMemory registered)
        throws ProviderException {
        final int windows = registered.windows();
        if (windows > 0) {
            throw new ProviderException(verb, "rkey=0x" + Integer.toHexString(registered.key()), Errno.EINVAL,
                windows + " memory windows are bound to it; close or invalidate them first");
        }
    }

    @Override
    public void close() throws ProviderException {
        port.lock();
        try {
            requireNoWindows("ibv_dereg_mr", registered);
            port.memory().deregister(registered);
        } finally {
            port.unlock();
        }
    }
}
