// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address in the form of a RoCE version 2 GID: 128 bits, in which an IPv4 address is mapped to IPv6 ({@code
 * ::ffff:a.b.c.d}).
 *
 * @param high  the first 8 bytes as a big-endian number.
 * @param low   the last 8 bytes as a big-endian number.
 * @param scope index of the network interface of a link-local IPv6 address, otherwise 0.
 */
public record IpAddress(long high, long low, int scope) {

    static final long MAPPED = 0xFFFF_0000_0000L;
    private static final int BYTES = 16;

    /** The first ten bits of fe80::/10. */
    private static final int LINK_LOCAL_PREFIX = 0x3FA;
    private static final int LINK_LOCAL_SHIFT = Long.SIZE - 10;

    /**
     * Converts an address of the JDK.
     *
     * @param address an IPv4 or IPv6 address.
     * @return the same address.
     */
    public static IpAddress of(final InetAddress address) {
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof final Inet6Address ipv6
            ? new IpAddress(bytes.getLong(), bytes.getLong(), ipv6.isLinkLocalAddress() ? ipv6.getScopeId() : 0)
            : ofIpv4(bytes.getInt());
    }

    /**
     * Converts an IPv4 address.
     *
     * @param address IPv4 address, first octet in the top byte.
     * @return the same address.
     */
    public static IpAddress ofIpv4(final int address) {
        return new IpAddress(0, MAPPED | Integer.toUnsignedLong(address), 0);
    }

    /**
     * Returns the address of a GID.
     *
     * @param high  first 8 bytes of the GID.
     * @param low   last 8 bytes of the GID.
     * @param scope index of the network interface that a link-local address belongs to. Not used for other addresses.
     * @return the address.
     */
    public static IpAddress ofGid(final long high, final long low, final int scope) {
        return new IpAddress(high, low, isLinkLocal(high) ? scope : 0);
    }

    private static boolean isLinkLocal(final long high) {
        return high >>> LINK_LOCAL_SHIFT == LINK_LOCAL_PREFIX;
    }

    /**
     * Returns whether a GID is that of an IPv4 address.
     *
     * @param high first 8 bytes.
     * @param low  last 8 bytes.
     * @return false for an IPv6 address.
     */
    public static boolean isIpv4(final long high, final long low) {
        return high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
    }

    /**
     * Returns whether this is an IPv4 address.
     *
     * @return false for an IPv6 address.
     */
    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    /**
     * Returns whether this is an IPv6 address that is valid within one network only.
     *
     * @return true for fe80::/10.
     */
    public boolean isLinkLocal() {
        return isLinkLocal(high);
    }

    /**
     * Returns the IPv4 address as a number.
     *
     * @return first octet in the top byte.
     * @throws IllegalStateException if this is an IPv6 address.
     */
    public int ipv4() {
        if (!isIpv4()) {
            throw new IllegalStateException(this + " is not an IPv4 address");
        }
        return (int) low;
    }

    /**
     * Converts this address to an object of the JDK.
     *
     * @return an {@link Inet4Address} or an {@link Inet6Address}, with the scope of a link-local address.
     */
    public InetAddress toInetAddress() {
        final byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
        try {
            return isIpv4() ? InetAddress.getByAddress(bytes)
                : scope == 0 ? Inet6Address.getByAddress(null, bytes, -1)
                : Inet6Address.getByAddress(null, bytes, scope);
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are always an address", e);
        }
    }

    /**
     * Returns this address with a UDP port.
     *
     * @param udpPort 0 to 65535.
     * @return text such as "10.0.0.1:4791" or "[fd00::1]:4791".
     */
    public String withPort(final int udpPort) {
        return (isIpv4() ? toString() : "[" + this + "]") + ":" + udpPort;
    }

    @Override
    public String toString() {
        return toInetAddress().getHostAddress();
    }
}
