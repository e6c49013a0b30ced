// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A global identifier: 16 bytes in network order, in the form of an IPv6 address ({@code union ibv_gid}). */
public final class GidLayout {

    /** The C union, as bytes; the structures that hold one align it like a 64-bit number. */
    public static final SequenceLayout LAYOUT =
        MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withByteAlignment(Long.BYTES).withName("ibv_gid");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** The interface id of {@code ::ffff:0.0.0.0}. An IPv4-mapped GID has these bits, and the subnet prefix 0. */
    public static final long MAPPED_IPV4 = 0xFFFFL << Integer.SIZE;

    private static final ValueLayout.OfLong NETWORK_LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private GidLayout() {
    }

    /**
     * Reads the first 8 bytes.
     *
     * @param gid a global identifier.
     * @return the bytes as a big-endian number.
     */
    public static long subnetPrefix(final MemorySegment gid) {
        return gid.get(NETWORK_LONG, 0);
    }

    /**
     * Reads the last 8 bytes.
     *
     * @param gid a global identifier.
     * @return the bytes as a big-endian number.
     */
    public static long interfaceId(final MemorySegment gid) {
        return gid.get(NETWORK_LONG, Long.BYTES);
    }

    /**
     * Writes all bytes.
     *
     * @param gid          memory for a global identifier.
     * @param subnetPrefix the first 8 bytes as a big-endian number.
     * @param interfaceId  the last 8 bytes as a big-endian number.
     */
    public static void write(final MemorySegment gid, final long subnetPrefix, final long interfaceId) {
        gid.set(NETWORK_LONG, 0, subnetPrefix);
        gid.set(NETWORK_LONG, Long.BYTES, interfaceId);
    }
}
