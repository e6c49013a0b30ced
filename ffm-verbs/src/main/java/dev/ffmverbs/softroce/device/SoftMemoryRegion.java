// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.MemoryRegionOperations;

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
    public void close() {
        port.lock();
        try {
            port.memory().deregister(registered);
        } finally {
            port.unlock();
        }
    }
}
