// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Writes addresses as people write them, for messages: {@code 10.0.0.1:7000}, {@code [fd00::1]:7000}. */
public final class AddressText {

    private AddressText() {
    }

    /**
     * Writes an address and port.
     *
     * @param address the address, or null for one that is not known or not given.
     * @return address and port, or {@code none}; of a host name that is not resolved, the name and port.
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
