// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The header before a received datagram. Its numbers are in network order ({@code struct ibv_grh}). */
public final class GlobalRoutingHeaderLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("version_tclass_flow"),
        ValueLayout.JAVA_SHORT.withName("paylen"),
        ValueLayout.JAVA_BYTE.withName("next_hdr"),
        ValueLayout.JAVA_BYTE.withName("hop_limit"),
        GidLayout.LAYOUT.withName("sgid"),
        GidLayout.LAYOUT.withName("dgid")).withName("ibv_grh");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    private static final int SOURCE_GID = Fields.offset(LAYOUT, "sgid");
    private static final int DESTINATION_GID = Fields.offset(LAYOUT, "dgid");

    private GlobalRoutingHeaderLayout() {
    }

    /**
     * Returns the sender's GID ({@code sgid}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, a {@code union ibv_gid}, 16 bytes in network order.
     */
    public static MemorySegment sourceGid(final MemorySegment structure) {
        return structure.asSlice(SOURCE_GID, GidLayout.BYTES);
    }

    /**
     * Returns the receiver's GID ({@code dgid}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, a {@code union ibv_gid}, 16 bytes in network order.
     */
    public static MemorySegment destinationGid(final MemorySegment structure) {
        return structure.asSlice(DESTINATION_GID, GidLayout.BYTES);
    }
}
