// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The address of a peer, with the {@code struct ibv_global_route} inside ({@code struct ibv_ah_attr}). */
public final class AddressAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        MemoryLayout.structLayout(
            GidLayout.LAYOUT.withName("dgid"),
            ValueLayout.JAVA_INT.withName("flow_label"),
            ValueLayout.JAVA_BYTE.withName("sgid_index"),
            ValueLayout.JAVA_BYTE.withName("hop_limit"),
            ValueLayout.JAVA_BYTE.withName("traffic_class"),
            MemoryLayout.paddingLayout(1)).withName("grh"),
        ValueLayout.JAVA_SHORT.withName("dlid"),
        ValueLayout.JAVA_BYTE.withName("sl"),
        ValueLayout.JAVA_BYTE.withName("src_path_bits"),
        ValueLayout.JAVA_BYTE.withName("static_rate"),
        ValueLayout.JAVA_BYTE.withName("is_global"),
        ValueLayout.JAVA_BYTE.withName("port_num"),
        MemoryLayout.paddingLayout(1)).withName("ibv_ah_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code grh.flow_label}, 32 bits: IPv6 flow label. */
    public static final int FLOW_LABEL = Fields.offset(LAYOUT, "grh", "flow_label");
    /** {@code grh.sgid_index}, 8 bits: index of the local GID in the port's GID table. */
    public static final int SOURCE_GID_INDEX = Fields.offset(LAYOUT, "grh", "sgid_index");
    /** {@code grh.hop_limit}, 8 bits: routers a packet may pass. */
    public static final int HOP_LIMIT = Fields.offset(LAYOUT, "grh", "hop_limit");
    /** {@code grh.traffic_class}, 8 bits: IPv6 traffic class, or IPv4 type of service. */
    public static final int TRAFFIC_CLASS = Fields.offset(LAYOUT, "grh", "traffic_class");
    /** {@code dlid}, 16 bits: the peer's local identifier (LID); not used on Ethernet. */
    public static final int DESTINATION_LOCAL_IDENTIFIER = Fields.offset(LAYOUT, "dlid");
    /** {@code sl}, 8 bits: service level, 0 to 15. */
    public static final int SERVICE_LEVEL = Fields.offset(LAYOUT, "sl");
    /** {@code src_path_bits}, 8 bits: offset from the port's base LID, 0 to 127; not used on Ethernet. */
    public static final int SOURCE_PATH_BITS = Fields.offset(LAYOUT, "src_path_bits");
    /** {@code static_rate}, 8 bits: one of {@link dev.ffmverbs.spi.constants.Rates}. */
    public static final int STATIC_RATE = Fields.offset(LAYOUT, "static_rate");
    /** {@code is_global}, 8 bits: 1 when {@code grh} is valid, which is always so on RoCE. */
    public static final int IS_GLOBAL = Fields.offset(LAYOUT, "is_global");
    /** {@code port_num}, 8 bits: number of the local port, from 1. */
    public static final int PORT = Fields.offset(LAYOUT, "port_num");

    private static final int DESTINATION_GID = Fields.offset(LAYOUT, "grh", "dgid");

    private AddressAttributesLayout() {
    }

    /**
     * Returns the peer's GID ({@code grh.dgid}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, a {@code union ibv_gid}, 16 bytes in network order.
     */
    public static MemorySegment destinationGid(final MemorySegment structure) {
        return structure.asSlice(DESTINATION_GID, GidLayout.BYTES);
    }
}
