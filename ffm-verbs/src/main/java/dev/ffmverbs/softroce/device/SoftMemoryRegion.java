// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProviderException;

/** A memory region. It has one random key, which local requests and peers both name. */
final class SoftMemoryRegion implements MemoryRegionOperations {

    private final Port port;
    private final RegisteredMemory registered;

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

    @Override
    public void close() throws ProviderException {
        port.lock();
        try {
            final int windows = registered.windows();
            if (windows > 0) {
                throw new ProviderException("ibv_dereg_mr", "rkey=0x" + Integer.toHexString(rkey()), Errno.EINVAL,
                    windows + " memory windows are bound to it; close or invalidate them first");
            }
            port.memory().deregister(registered);
        } finally {
            port.unlock();
        }
    }
}
