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
 * The header that devices write before every datagram they receive ({@code struct ibv_grh}).
 *
 * <p>It occupies the first {@value #BYTES} bytes of the receive buffer. RoCE version 2 over IPv4 leaves an IPv4 header
 * in the last 20 of them.
 */
public final class GlobalRoutingHeader {

    /** Bytes of a receive buffer that the header occupies. */
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
     * Reads the sender's GID from a received datagram.
     *
     * @param buffer      memory a datagram was received into.
     * @param offsetBytes offset of the receive buffer in that memory.
     * @return the sender's GID.
     * @throws IndexOutOfBoundsException when the memory is too short for the header.
     */
    public static Gid source(final MemorySegment buffer, final long offsetBytes) {
        final MemorySegment header = buffer.asSlice(offsetBytes, BYTES);
        return isIpv4(header)
            ? Gid.ofIpv4(header.get(NETWORK_INT, IPV4_SOURCE)) : Gid.read(GlobalRoutingHeaderLayout.sourceGid(header));
    }

    /**
     * Reads the local GID that the datagram was sent to.
     *
     * @param buffer      memory a datagram was received into.
     * @param offsetBytes offset of the receive buffer in that memory.
     * @return the local GID.
     * @throws IndexOutOfBoundsException when the memory is too short for the header.
     */
    public static Gid destination(final MemorySegment buffer, final long offsetBytes) {
        final MemorySegment header = buffer.asSlice(offsetBytes, BYTES);
        return isIpv4(header)
            ? Gid.ofIpv4(header.get(NETWORK_INT, IPV4_DESTINATION))
            : Gid.read(GlobalRoutingHeaderLayout.destinationGid(header));
    }

    /**
     * Whether the header is an IPv4 header. An IPv6 header has its version in the first byte. The bytes before an IPv4
     * header can have any value, so the IPv4 checksum decides. Packets that never leave the device may have no
     * checksum.
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
