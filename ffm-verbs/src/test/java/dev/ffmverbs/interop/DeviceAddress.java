// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.GidType;
import dev.ffmverbs.cm.LocalAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;

/** The address of a device: its first RoCE v2 address over IPv4 on port 1. */
final class DeviceAddress {

    private DeviceAddress() {
    }

    static GidEntry of(final Device device) {
        try (Context context = device.open()) {
            return context.gidTable(1).stream()
                .filter(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().high() == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(device + " has no RoCE v2 address over IPv4; its table is "
                    + context.gidTable(1)));
        }
    }

    /** Returns the first IPv4 address that the device listens on and connects from, whatever its GIDs are. */
    static InetAddress address(final Device device) {
        try (Context context = device.open()) {
            return LocalAddresses.of(context).stream().filter(Inet4Address.class::isInstance).findFirst()
                .orElseThrow(() -> new IllegalStateException(device + " has no IPv4 address"));
        }
    }

    /** Returns that address as text. */
    static String text(final Device device) {
        return address(device).getHostAddress();
    }
}
