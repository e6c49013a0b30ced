// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** What a port can do ({@code enum ibv_port_cap_flags}). */
public final class PortCapabilityFlags {

    /** {@code IBV_PORT_CM_SUP}: connections are managed over it. */
    public static final int CONNECTION_MANAGEMENT = 1 << 16;

    private PortCapabilityFlags() {
    }
}
