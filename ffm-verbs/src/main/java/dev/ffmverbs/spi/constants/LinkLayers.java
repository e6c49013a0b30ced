// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Link layers of a port, the values of {@code link_layer} in {@code struct ibv_port_attr}. */
public final class LinkLayers {

    /** {@code IBV_LINK_LAYER_UNSPECIFIED}: not reported, which means InfiniBand. */
    public static final int UNSPECIFIED = 0;
    /** {@code IBV_LINK_LAYER_INFINIBAND}: InfiniBand. */
    public static final int INFINIBAND = 1;
    /** {@code IBV_LINK_LAYER_ETHERNET}: Ethernet, for RoCE and iWARP. */
    public static final int ETHERNET = 2;

    private LinkLayers() {
    }
}
