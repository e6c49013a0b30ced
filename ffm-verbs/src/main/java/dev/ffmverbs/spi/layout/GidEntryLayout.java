// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** One entry of a port's GID table ({@code struct ibv_gid_entry}). */
public final class GidEntryLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        GidLayout.LAYOUT.withName("gid"),
        ValueLayout.JAVA_INT.withName("gid_index"),
        ValueLayout.JAVA_INT.withName("port_num"),
        ValueLayout.JAVA_INT.withName("gid_type"),
        ValueLayout.JAVA_INT.withName("ndev_ifindex")).withName("ibv_gid_entry");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code gid_index}, 32 bits: index in the table, from 0. */
    public static final int INDEX = Fields.offset(LAYOUT, "gid_index");
    /** {@code port_num}, 32 bits: number of the port, from 1. */
    public static final int PORT = Fields.offset(LAYOUT, "port_num");
    /** {@code gid_type}, 32 bits: one of {@link dev.ffmverbs.spi.constants.GidTypes}. */
    public static final int TYPE = Fields.offset(LAYOUT, "gid_type");
    /** {@code ndev_ifindex}, 32 bits: index of the network interface, or 0. */
    public static final int INTERFACE_INDEX = Fields.offset(LAYOUT, "ndev_ifindex");

    private static final int GID = Fields.offset(LAYOUT, "gid");

    private GidEntryLayout() {
    }

    /**
     * Returns the GID ({@code gid}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, a {@code union ibv_gid}, 16 bytes in network order.
     */
    public static MemorySegment gid(final MemorySegment structure) {
        return structure.asSlice(GID, GidLayout.BYTES);
    }
}
