// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A global identifier (GID): the 128-bit network address of a port, in the form of an IPv6 address ({@code union
 * ibv_gid}). Immutable.
 *
 * @param high the first 8 bytes as a big-endian number.
 * @param low  the last 8 bytes as a big-endian number.
 */
public record Gid(long high, long low) {

    /**
     * Returns the GID of an IP address, as RoCE version 2 uses it. An IPv4 address becomes an IPv4-mapped IPv6 address.
     *
     * @param address an IPv4 or IPv6 address.
     * @return the GID.
     */
    public static Gid of(final InetAddress address) {
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
            ? ofIpv4(bytes.getInt())
            : new Gid(bytes.getLong(), bytes.getLong());
    }

    /** Returns the GID of an IPv4 address that is given as a big-endian number. */
    static Gid ofIpv4(final int address) {
        return new Gid(0, GidLayout.MAPPED_IPV4 | Integer.toUnsignedLong(address));
    }

    static Gid read(final MemorySegment memory) {
        return new Gid(GidLayout.subnetPrefix(memory), GidLayout.interfaceId(memory));
    }

    void write(final MemorySegment memory) {
        GidLayout.write(memory, high, low);
    }

    /**
     * Returns the IP address of this GID.
     *
     * @return an IPv4 address when the GID is IPv4-mapped, otherwise an IPv6 address.
     */
    public InetAddress address() {
        try {
            return InetAddress.getByAddress(
                ByteBuffer.allocate((int) GidLayout.BYTES).putLong(high).putLong(low).array());
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    /**
     * Whether this GID is an IPv4 address, in the form of an IPv4-mapped IPv6 address.
     *
     * @return true when {@link #address} returns an IPv4 address.
     */
    public boolean isIpv4() {
        return high == 0 && low >>> Integer.SIZE == GidLayout.MAPPED_IPV4 >>> Integer.SIZE;
    }

    @Override
    public String toString() {
        return address().getHostAddress();
    }
}
