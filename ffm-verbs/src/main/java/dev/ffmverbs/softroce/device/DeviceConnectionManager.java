// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.cm.SoftConnectionManager;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;

/** A connection manager that keeps its device open, as a context does. */
final class DeviceConnectionManager implements ConnectionManagerOperations {

    private final SoftDevice device;
    private final SoftConnectionManager manager;

    DeviceConnectionManager(final SoftDevice device, final SoftConnectionManager manager) {
        this.device = device;
        this.manager = manager;
    }

    @Override
    public ConnectionIdentifierOperations createIdentifier() {
        return manager.createIdentifier();
    }

    @Override
    public ConnectionEventData nextEvent(final long timeoutNs) {
        return manager.nextEvent(timeoutNs);
    }

    @Override
    public void wakeUp() {
        manager.wakeUp();
    }

    @Override
    public void close() {
        manager.close();
        device.release();
    }
}
