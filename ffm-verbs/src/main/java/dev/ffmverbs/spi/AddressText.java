// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Formats addresses for messages, as in {@code 10.0.0.1:7000} and {@code [fd00::1]:7000}. */
public final class AddressText {

    private AddressText() {
    }

    /**
     * Formats an address and port.
     *
     * @param address the address, or null when it is unknown or not given.
     * @return the address and port, the name and port for an unresolved host name, or {@code none} for null.
     */
    public static String of(final InetSocketAddress address) {
        if (address == null) {
            return "none";
        }
        final InetAddress host = address.getAddress();
        if (host == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        return (host instanceof Inet6Address ? "[" + host.getHostAddress() + "]" : host.getHostAddress())
            + ":" + address.getPort();
    }
}
