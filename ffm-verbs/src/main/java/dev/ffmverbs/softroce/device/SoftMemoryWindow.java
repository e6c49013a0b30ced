// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.memory.AllocatedWindow;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.MemoryWindowOperations;

/**
 * A memory window. Its key for the user is that of the last bind posted, which the device executes later. Its handle is
 * its index.
 */
final class SoftMemoryWindow implements MemoryWindowOperations {

    private final Port port;
    private final AllocatedWindow allocated;
    private volatile int rkey;

    SoftMemoryWindow(final Port port, final AllocatedWindow allocated) {
        this.port = port;
        this.allocated = allocated;
        this.rkey = allocated.key();
    }

    @Override
    public int rkey() {
        return rkey;
    }

    @Override
    public void setRkey(final int newRkey) {
        rkey = newRkey;
    }

    @Override
    public long handle() {
        return allocated.index();
    }

    @Override
    public void close() {
        port.lock();
        try {
            port.memory().windows().free(allocated);
        } finally {
            port.unlock();
        }
    }
}
