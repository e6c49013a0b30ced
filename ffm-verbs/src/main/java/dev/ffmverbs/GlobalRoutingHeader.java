// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.ffmverbs.spi.layout.GlobalRoutingHeaderLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The header that devices put in front of every datagram they receive ({@code struct ibv_grh}).
 *
 * <p>It takes the first {@value #BYTES} bytes of the receive buffer. RoCE version 2 over IPv4 leaves an IPv4 header in
 * the last 20 of them.
 */
public final class GlobalRoutingHeader {

    /** How many bytes of a receive buffer the header takes. */
    public static final int BYTES = 40;

    private static final long IPV4_OFFSET = 20;
    private static final long IPV4_BYTES = 20;
    private static final int IPV4_FIRST_BYTE = 0x45;
    private static final long IPV4_SOURCE = IPV4_OFFSET + 12;
    private static final long IPV4_DESTINATION = IPV4_OFFSET + 16;
    private static final int IPV6_VERSION = 6;
    private static final int NIBBLE_BITS = 4;
    private static final int SHORT_MASK = 0xFFFF;

    private static final ValueLayout.OfInt NETWORK_INT =
        JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort NETWORK_SHORT =
        JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private GlobalRoutingHeader() {
    }

    /**
     * Who sent the datagram.
     *
     * @param buffer      memory a datagram was received into.
     * @param offsetBytes where the receive buffer begins in it.
     * @return the sender's GID.
     * @throws IndexOutOfBoundsException when the memory is too short for the header.
     */
    public static Gid source(final MemorySegment buffer, final long offsetBytes) {
        final MemorySegment header = buffer.asSlice(offsetBytes, BYTES);
        return isIpv4(header)
            ? Gid.ofIpv4(header.get(NETWORK_INT, IPV4_SOURCE)) : Gid.read(GlobalRoutingHeaderLayout.sourceGid(header));
    }

    /**
     * To which of our addresses the datagram was sent.
     *
     * @param buffer      memory a datagram was received into.
     * @param offsetBytes where the receive buffer begins in it.
     * @return our GID.
     * @throws IndexOutOfBoundsException when the memory is too short for the header.
     */
    public static Gid destination(final MemorySegment buffer, final long offsetBytes) {
        final MemorySegment header = buffer.asSlice(offsetBytes, BYTES);
        return isIpv4(header)
            ? Gid.ofIpv4(header.get(NETWORK_INT, IPV4_DESTINATION))
            : Gid.read(GlobalRoutingHeaderLayout.destinationGid(header));
    }

    /**
     * An IPv6 header begins with its version, at the start; in front of an IPv4 header can lie anything, and then its
     * checksum tells. Packets that never leave the device may have none.
     */
    private static boolean isIpv4(final MemorySegment header) {
        if (header.get(JAVA_BYTE, IPV4_OFFSET) != IPV4_FIRST_BYTE) {
            return false;
        }
        return header.get(JAVA_BYTE, 0) >>> NIBBLE_BITS != IPV6_VERSION || hasIpv4Checksum(header);
    }

    private static boolean hasIpv4Checksum(final MemorySegment header) {
        int sum = 0;
        for (long offset = 0; offset < IPV4_BYTES; offset += Short.BYTES) {
            sum += Short.toUnsignedInt(header.get(NETWORK_SHORT, IPV4_OFFSET + offset));
        }
        return (sum & SHORT_MASK) + (sum >>> Short.SIZE) == SHORT_MASK;
    }
}
