// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.LinkLayers;

/** The link layer of a port ({@code ibv_port_attr.link_layer}). */
public enum LinkLayer {

    /** Not reported, which means InfiniBand. */
    UNSPECIFIED(LinkLayers.UNSPECIFIED),

    /** InfiniBand. */
    INFINIBAND(LinkLayers.INFINIBAND),

    /** Ethernet, for RoCE and iWARP. */
    ETHERNET(LinkLayers.ETHERNET),

    /** A link layer that this version does not know. */
    UNKNOWN(-1);

    private final int value;

    LinkLayer(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; -1 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code link_layer}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static LinkLayer of(final int value) {
        for (final LinkLayer constant : values()) {
            if (constant.value == value) {
                return constant;
            }
        }
        return UNKNOWN;
    }
}
