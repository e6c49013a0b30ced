// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Attributes of a port ({@code struct ibv_port_attr}). */
public final class PortAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("state"),
        ValueLayout.JAVA_INT.withName("max_mtu"),
        ValueLayout.JAVA_INT.withName("active_mtu"),
        ValueLayout.JAVA_INT.withName("gid_tbl_len"),
        ValueLayout.JAVA_INT.withName("port_cap_flags"),
        ValueLayout.JAVA_INT.withName("max_msg_sz"),
        ValueLayout.JAVA_INT.withName("bad_pkey_cntr"),
        ValueLayout.JAVA_INT.withName("qkey_viol_cntr"),
        ValueLayout.JAVA_SHORT.withName("pkey_tbl_len"),
        ValueLayout.JAVA_SHORT.withName("lid"),
        ValueLayout.JAVA_SHORT.withName("sm_lid"),
        ValueLayout.JAVA_BYTE.withName("lmc"),
        ValueLayout.JAVA_BYTE.withName("max_vl_num"),
        ValueLayout.JAVA_BYTE.withName("sm_sl"),
        ValueLayout.JAVA_BYTE.withName("subnet_timeout"),
        ValueLayout.JAVA_BYTE.withName("init_type_reply"),
        ValueLayout.JAVA_BYTE.withName("active_width"),
        ValueLayout.JAVA_BYTE.withName("active_speed"),
        ValueLayout.JAVA_BYTE.withName("phys_state"),
        ValueLayout.JAVA_BYTE.withName("link_layer"),
        ValueLayout.JAVA_BYTE.withName("flags"),
        ValueLayout.JAVA_SHORT.withName("port_cap_flags2"),
        MemoryLayout.paddingLayout(2)).withName("ibv_port_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code state}, 32 bits: one of {@link dev.ffmverbs.spi.constants.PortStates}. */
    public static final int STATE = Fields.offset(LAYOUT, "state");
    /** {@code max_mtu}, 32 bits: one of {@link dev.ffmverbs.spi.constants.PathMtus}. */
    public static final int MAXIMUM_MTU = Fields.offset(LAYOUT, "max_mtu");
    /** {@code active_mtu}, 32 bits: one of {@link dev.ffmverbs.spi.constants.PathMtus}. */
    public static final int ACTIVE_MTU = Fields.offset(LAYOUT, "active_mtu");
    /** {@code gid_tbl_len}, 32 bits: number of places in the GID table. */
    public static final int GID_TABLE_LENGTH = Fields.offset(LAYOUT, "gid_tbl_len");
    /** {@code port_cap_flags}, 32 bits: {@code IBV_PORT_*} flags. */
    public static final int CAPABILITY_FLAGS = Fields.offset(LAYOUT, "port_cap_flags");
    /** {@code max_msg_sz}, 32 bits: longest message, as an unsigned number. */
    public static final int MAXIMUM_MESSAGE_BYTES = Fields.offset(LAYOUT, "max_msg_sz");
    /** {@code pkey_tbl_len}, 16 bits: number of places in the table of partition keys. */
    public static final int PARTITION_KEY_COUNT = Fields.offset(LAYOUT, "pkey_tbl_len");
    /** {@code lid}, 16 bits: local identifier; 0 on Ethernet. */
    public static final int LOCAL_IDENTIFIER = Fields.offset(LAYOUT, "lid");
    /** {@code max_vl_num}, 8 bits: code for the number of virtual lanes. */
    public static final int VIRTUAL_LANES = Fields.offset(LAYOUT, "max_vl_num");
    /** {@code active_width}, 8 bits: code of the link's width. */
    public static final int ACTIVE_WIDTH = Fields.offset(LAYOUT, "active_width");
    /** {@code active_speed}, 8 bits: code of the link's speed. */
    public static final int ACTIVE_SPEED = Fields.offset(LAYOUT, "active_speed");
    /** {@code phys_state}, 8 bits: code of the link's physical state; 5 is up. */
    public static final int PHYSICAL_STATE = Fields.offset(LAYOUT, "phys_state");
    /** {@code link_layer}, 8 bits: one of {@link dev.ffmverbs.spi.constants.LinkLayers}. */
    public static final int LINK_LAYER = Fields.offset(LAYOUT, "link_layer");
    /** {@code flags}, 8 bits: {@code IBV_QPF_*} flags. */
    public static final int FLAGS = Fields.offset(LAYOUT, "flags");
    /** {@code bad_pkey_cntr}, 32 bits: packets with a wrong partition key, as an unsigned number. */
    public static final int BAD_PARTITION_KEYS = Fields.offset(LAYOUT, "bad_pkey_cntr");
    /** {@code qkey_viol_cntr}, 32 bits: packets with a wrong queue key, as an unsigned number. */
    public static final int BAD_QUEUE_KEYS = Fields.offset(LAYOUT, "qkey_viol_cntr");
    /** {@code sm_lid}, 16 bits: local identifier of the subnet manager; 0 on Ethernet. */
    public static final int SUBNET_MANAGER_LOCAL_IDENTIFIER = Fields.offset(LAYOUT, "sm_lid");
    /** {@code lmc}, 8 bits: number of low bits of the local identifier that select a path. */
    public static final int LOCAL_IDENTIFIER_MASK_BITS = Fields.offset(LAYOUT, "lmc");
    /** {@code sm_sl}, 8 bits: service level of packets to the subnet manager. */
    public static final int SUBNET_MANAGER_SERVICE_LEVEL = Fields.offset(LAYOUT, "sm_sl");
    /** {@code subnet_timeout}, 8 bits: exponent of the longest time through the subnet. */
    public static final int SUBNET_TIMEOUT = Fields.offset(LAYOUT, "subnet_timeout");
    /** {@code init_type_reply}, 8 bits: type of initialization that was performed. */
    public static final int INITIALIZATION_REPLY = Fields.offset(LAYOUT, "init_type_reply");
    /** {@code port_cap_flags2}, 16 bits: any of {@link dev.ffmverbs.spi.constants.SecondPortCapabilityFlags}. */
    public static final int SECOND_CAPABILITY_FLAGS = Fields.offset(LAYOUT, "port_cap_flags2");

    private PortAttributesLayout() {
    }
}
