// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.port.InterfaceMonitor;
import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.spi.Closing;
import dev.ffmverbs.spi.constants.EventTypes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The addresses of an open device, and the state of its interface. Contexts receive an event for each change.
 *
 * <p>Thread-safe.
 */
final class DeviceAddresses implements AutoCloseable {

    private final GidTable gids;
    private final AddressAttributes attributes;
    private final List<SoftContext> contexts = new CopyOnWriteArrayList<>();
    private final InterfaceMonitor monitor;
    private volatile boolean up = true;

    /** What has changed and is not reported yet. Used by the monitor's thread, and before it starts. */
    private boolean portChanged;
    private boolean gidsChanged;

    DeviceAddresses(final LocalAddress local, final SoftDevice device) {
        this.gids = new GidTable(local, device.guid());
        this.attributes = new AddressAttributes(local, gids);
        this.monitor = InterfaceMonitor.start(local, device.name(), this::onChange);
    }

    /** Called again with the same state if it fails, and then reports again what it could not report. */
    private void onChange(final InterfaceMonitor.State state) {
        // The addresses of an interface that is down may remain. The port reports what programs act upon first.
        if (state.up() != up) {
            up = state.up();
            portChanged = true;
        }
        gidsChanged |= gids.update(state.addresses());
        if (portChanged) {
            report(up ? EventTypes.PORT_ACTIVE : EventTypes.PORT_ERROR);
            portChanged = false;
        }
        if (gidsChanged) {
            report(EventTypes.GIDS_CHANGED);
            gidsChanged = false;
        }
    }

    private void report(final int event) {
        Closing.closeAll(contexts, context -> context.reportOfPort(event));
    }

    /** Returns whether the interface is up. */
    boolean isUp() {
        return up;
    }

    GidTable gids() {
        return gids;
    }

    AddressAttributes attributes() {
        return attributes;
    }

    /** Lets a context receive events from now on. */
    void add(final SoftContext context) {
        contexts.add(context);
    }

    void remove(final SoftContext context) {
        contexts.remove(context);
    }

    @Override
    public void close() {
        monitor.close();
    }
}
