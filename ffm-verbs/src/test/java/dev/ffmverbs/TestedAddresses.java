// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which of the addresses of a device the tests use: the IPv4 addresses, or with {@code -Dverbs.ip=6} the IPv6 addresses
 * that are valid in more than one network.
 */
public final class TestedAddresses {

    private static final String PROPERTY = "verbs.ip";
    private static final int IPV6 = 6;
    private static final int IPV6_BYTES = 16;

    private TestedAddresses() {
    }

    /** Returns whether tests use IPv6. */
    public static boolean isIpv6() {
        return Integer.getInteger(PROPERTY, 0) == IPV6;
    }

    /** Returns the address that stands for all addresses of the machine. */
    public static InetAddress wildcard() {
        return InetAddress.ofLiteral(isIpv6() ? "::" : "0.0.0.0");
    }

    /** Returns the address of a multicast group that nobody else uses, 239.a.b.c or a transient global one of IPv6. */
    public static InetAddress newGroup() {
        final ThreadLocalRandom random = ThreadLocalRandom.current();
        final byte[] address = new byte[isIpv6() ? IPV6_BYTES : Integer.BYTES];
        random.nextBytes(address);
        address[0] = (byte) (isIpv6() ? 0xFF : 239);
        address[address.length - 1] |= 1;
        if (isIpv6()) {
            address[1] = 0x1E;
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (final UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    /** Returns whether tests use an address. */
    public static boolean include(final InetAddress address) {
        return isIpv6() ? !(address instanceof Inet4Address) && !address.isLinkLocalAddress()
            : address instanceof Inet4Address;
    }

    /** Returns whether tests use the address of an entry. */
    public static boolean include(final GidEntry entry) {
        return entry.type() == GidType.ROCE_V2 && include(entry.gid().address());
    }
}
