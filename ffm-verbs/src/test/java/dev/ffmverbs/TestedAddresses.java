// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which of the addresses of a device the tests use: the IPv4 addresses, or with {@code -Dverbs.ip=6} the IPv6 addresses
 * that are valid in more than one network.
 */
public final class TestedAddresses {

    private static final String PROPERTY = "verbs.ip";
    private static final int IPV6 = 6;

    private TestedAddresses() {
    }

    /** Returns whether tests use an address. */
    public static boolean include(final InetAddress address) {
        final boolean ipv6 = Integer.getInteger(PROPERTY, 0) == IPV6;
        return ipv6 ? !(address instanceof Inet4Address) && !address.isLinkLocalAddress()
            : address instanceof Inet4Address;
    }

    /** Returns whether tests use the address of an entry. */
    public static boolean include(final GidEntry entry) {
        return entry.type() == GidType.ROCE_V2 && include(entry.gid().address());
    }
}
