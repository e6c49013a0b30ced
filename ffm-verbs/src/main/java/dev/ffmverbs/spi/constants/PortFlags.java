// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What queue pairs of a port must observe, the flags in {@code struct ibv_port_attr}. */
public final class PortFlags {

    /** {@code IBV_QPF_GRH_REQUIRED}: packets need a global routing header even within an InfiniBand subnet. */
    public static final int NEEDS_GLOBAL_ROUTING_HEADER = 1;

    private PortFlags() {
    }
}
