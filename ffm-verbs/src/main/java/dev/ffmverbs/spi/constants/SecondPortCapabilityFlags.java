// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** More capabilities of a port ({@code enum ibv_port_cap_flags2}). */
public final class SecondPortCapabilityFlags {

    /** {@code IBV_PORT_SET_NODE_DESC_SUP}: the description of the node can be set. */
    public static final int NODE_DESCRIPTION = 1;
    /** {@code IBV_PORT_INFO_EXT_SUP}: the port has extended information. */
    public static final int EXTENDED_INFORMATION = 1 << 1;
    /** {@code IBV_PORT_VIRT_SUP}: the port supports virtualization. */
    public static final int VIRTUALIZATION = 1 << 2;
    /** {@code IBV_PORT_SWITCH_PORT_STATE_TABLE_SUP}: a switch has a table of the states of its ports. */
    public static final int SWITCH_PORT_STATES = 1 << 3;
    /** {@code IBV_PORT_LINK_WIDTH_2X_SUP}: the link can have two lanes. */
    public static final int WIDTH_2X = 1 << 4;
    /** {@code IBV_PORT_LINK_SPEED_HDR_SUP}: the link can have the speed HDR. */
    public static final int SPEED_HDR = 1 << 5;
    /** {@code IBV_PORT_LINK_SPEED_NDR_SUP}: the link can have the speed NDR. */
    public static final int SPEED_NDR = 1 << 10;

    private SecondPortCapabilityFlags() {
    }
}
