// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.cm.LocalAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** The addresses of a device that nodes can listen on and connect from. */
public final class DeviceAddresses {

    private DeviceAddresses() {
    }

    /**
     * Finds the IPv4 addresses that belong to a device: those of the GID table of a RoCE device, and those of the
     * network interface of an iWARP or InfiniBand device.
     *
     * @param device the device.
     * @return its IPv4 addresses, first those of the GID table; empty when its network interface has none.
     * @throws dev.ffmverbs.VerbsException         when the device cannot be opened or queried.
     * @throws dev.ffmverbs.cm.ConnectionException when it has no connection manager.
     */
    public static List<InetAddress> of(final Device device) {
        try (Context context = device.open()) {
            return LocalAddresses.of(context).stream().filter(Inet4Address.class::isInstance).toList();
        }
    }
}
