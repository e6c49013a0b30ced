// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GidType;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** The addresses of a device that nodes can listen on and connect from. */
public final class DeviceAddresses {

    private static final int PORT = 1;

    private DeviceAddresses() {
    }

    /**
     * Reads the addresses from the device's GID table.
     *
     * @param device the device.
     * @return its RoCE v2 addresses over IPv4, in the table's order; empty when its network interface has none.
     * @throws dev.ffmverbs.VerbsException when the device cannot be opened or queried.
     */
    public static List<InetAddress> of(final Device device) {
        try (Context context = device.open()) {
            return context.gidTable(PORT).stream()
                .filter(entry -> entry.type() == GidType.ROCE_V2)
                .map(GidEntry::gid).map(gid -> gid.address())
                .filter(Inet4Address.class::isInstance).distinct().toList();
        }
    }
}
