// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What kind of node a device is ({@code enum ibv_node_type}). */
public final class NodeTypes {

    /** {@code IBV_NODE_UNKNOWN}: not reported. */
    public static final int UNKNOWN = -1;
    /** {@code IBV_NODE_CA}: a channel adapter of InfiniBand or RoCE. */
    public static final int CHANNEL_ADAPTER = 1;
    /** {@code IBV_NODE_SWITCH}: an InfiniBand switch. */
    public static final int SWITCH = 2;
    /** {@code IBV_NODE_ROUTER}: an InfiniBand router. */
    public static final int ROUTER = 3;
    /** {@code IBV_NODE_RNIC}: an iWARP network interface. */
    public static final int RDMA_NIC = 4;
    /** {@code IBV_NODE_USNIC}: Cisco's usNIC over its own Ethernet type. */
    public static final int USNIC = 5;
    /** {@code IBV_NODE_USNIC_UDP}: Cisco's usNIC over UDP. */
    public static final int USNIC_UDP = 6;
    /** {@code IBV_NODE_UNSPECIFIED}: a device of another kind. */
    public static final int UNSPECIFIED = 7;

    private NodeTypes() {
    }
}
