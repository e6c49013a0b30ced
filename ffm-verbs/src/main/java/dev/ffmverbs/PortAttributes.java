// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_port_attr;
import java.lang.foreign.MemorySegment;

/**
 * A port's attributes ({@code struct ibv_port_attr}, {@code ibv_query_port(3)}).
 *
 * @param port                number of the port, from 1.
 * @param state               logical state; data flows only when it is {@link PortState#ACTIVE}.
 * @param maximumMtu          largest packet payload the port can carry.
 * @param activeMtu           largest packet payload in force.
 * @param gidTableLength      places in the GID table.
 * @param partitionKeyCount   places in the table of partition keys.
 * @param maximumMessageBytes longest message, as an unsigned 32-bit number.
 * @param localIdentifier     local identifier (LID); 0 on Ethernet.
 * @param linkLayer           C constant of the link layer: 1 InfiniBand, 2 Ethernet.
 * @param capabilityFlags     {@code IBV_PORT_*} flags.
 * @param activeWidth         code of the link's width.
 * @param activeSpeed         code of the link's speed.
 * @param flags               {@code IBV_QPF_*} flags.
 */
public record PortAttributes(
    int port, PortState state, PathMtu maximumMtu, PathMtu activeMtu, int gidTableLength, int partitionKeyCount,
    long maximumMessageBytes, int localIdentifier, int linkLayer, int capabilityFlags, int activeWidth,
    int activeSpeed, int flags) {

    static PortAttributes of(final int port, final MemorySegment attributes) {
        return new PortAttributes(
            port,
            PortState.of(ibv_port_attr.state(attributes)),
            PathMtu.of(ibv_port_attr.max_mtu(attributes)),
            PathMtu.of(ibv_port_attr.active_mtu(attributes)),
            ibv_port_attr.gid_tbl_len(attributes),
            Short.toUnsignedInt(ibv_port_attr.pkey_tbl_len(attributes)),
            Integer.toUnsignedLong(ibv_port_attr.max_msg_sz(attributes)),
            Short.toUnsignedInt(ibv_port_attr.lid(attributes)),
            Byte.toUnsignedInt(ibv_port_attr.link_layer(attributes)),
            ibv_port_attr.port_cap_flags(attributes),
            Byte.toUnsignedInt(ibv_port_attr.active_width(attributes)),
            Byte.toUnsignedInt(ibv_port_attr.active_speed(attributes)),
            Byte.toUnsignedInt(ibv_port_attr.flags(attributes)));
    }
}
