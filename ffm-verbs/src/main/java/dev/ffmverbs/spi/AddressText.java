// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Formats addresses for messages, as in {@code 10.0.0.1:7000}, {@code [fd00::1]:7000} and {@code 239.1.2.3}. */
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

    /**
     * Formats a GID.
     *
     * @param gid a {@code union ibv_gid}.
     * @return the IPv4 address that it is mapped from, otherwise an IPv6 address.
     */
    public static String ofGid(final MemorySegment gid) {
        try {
            return InetAddress.getByAddress(
                gid.asSlice(0, GidLayout.BYTES).toArray(ValueLayout.JAVA_BYTE)).getHostAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
