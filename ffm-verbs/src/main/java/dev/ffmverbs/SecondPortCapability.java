// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.SecondPortCapabilityFlags;

/**
 * What else a port can do ({@code enum ibv_port_cap_flags2}). Valid with {@link PortCapability#SECOND_CAPABILITIES}.
 */
public enum SecondPortCapability {

    /** The description of the node can be set ({@code IBV_PORT_SET_NODE_DESC_SUP}). */
    NODE_DESCRIPTION(SecondPortCapabilityFlags.NODE_DESCRIPTION),

    /** The port has extended information ({@code IBV_PORT_INFO_EXT_SUP}). */
    EXTENDED_INFORMATION(SecondPortCapabilityFlags.EXTENDED_INFORMATION),

    /** The port supports virtualization ({@code IBV_PORT_VIRT_SUP}). */
    VIRTUALIZATION(SecondPortCapabilityFlags.VIRTUALIZATION),

    /** A switch has a table of the states of its ports ({@code IBV_PORT_SWITCH_PORT_STATE_TABLE_SUP}). */
    SWITCH_PORT_STATES(SecondPortCapabilityFlags.SWITCH_PORT_STATES),

    /** The link can have two lanes ({@code IBV_PORT_LINK_WIDTH_2X_SUP}). */
    WIDTH_2X(SecondPortCapabilityFlags.WIDTH_2X),

    /** The link can have the speed HDR ({@code IBV_PORT_LINK_SPEED_HDR_SUP}). */
    SPEED_HDR(SecondPortCapabilityFlags.SPEED_HDR),

    /** The link can have the speed NDR ({@code IBV_PORT_LINK_SPEED_NDR_SUP}). */
    SPEED_NDR(SecondPortCapabilityFlags.SPEED_NDR);

    private final int value;

    SecondPortCapability(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /** Returns the flags in a number. */
    static FlagSet<SecondPortCapability> of(final long bits) {
        return FlagSet.of(SecondPortCapability.class, SecondPortCapability::value, bits);
    }
}
