// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Capabilities of a port ({@code enum ibv_port_cap_flags}). */
public final class PortCapabilityFlags {

    /** {@code IBV_PORT_CM_SUP}: the port supports connection management. */
    public static final int CONNECTION_MANAGEMENT = 1 << 16;

    private PortCapabilityFlags() {
    }
}
