// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.NodeTypes;

/** What kind of node a device is ({@code enum ibv_node_type}). */
public enum NodeType {

    /** A channel adapter of InfiniBand or RoCE. */
    CHANNEL_ADAPTER(NodeTypes.CHANNEL_ADAPTER),

    /** An InfiniBand switch. */
    SWITCH(NodeTypes.SWITCH),

    /** An InfiniBand router. */
    ROUTER(NodeTypes.ROUTER),

    /** An iWARP network interface. */
    RDMA_NIC(NodeTypes.RDMA_NIC),

    /** Cisco's usNIC over its own Ethernet type. */
    USNIC(NodeTypes.USNIC),

    /** Cisco's usNIC over UDP. */
    USNIC_UDP(NodeTypes.USNIC_UDP),

    /** A device of another kind. */
    UNSPECIFIED(NodeTypes.UNSPECIFIED),

    /** Not reported, or a kind that this version does not know. */
    UNKNOWN(NodeTypes.UNKNOWN);

    private final int value;

    NodeType(final int value) {
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

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_node_type}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static NodeType of(final int value) {
        for (final NodeType type : values()) {
            if (type.value == value) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
