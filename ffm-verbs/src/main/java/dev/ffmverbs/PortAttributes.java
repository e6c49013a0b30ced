// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * A port's attributes ({@code struct ibv_port_attr}, {@code ibv_query_port(3)}).
 *
 * @param port                number of the port, from 1.
 * @param state               logical state; data flows only when it is {@link PortState#ACTIVE}.
 * @param maximumMtu          largest packet payload the port can carry.
 * @param activeMtu           largest packet payload currently allowed.
 * @param gidTableLength      number of places in the GID table.
 * @param partitionKeyCount   number of places in the table of partition keys.
 * @param maximumMessageBytes longest message in bytes, 0 to 2^32-1.
 * @param localIdentifier     local identifier (LID); 0 on Ethernet.
 * @param linkLayer           C constant of the link layer: 1 for InfiniBand, 2 for Ethernet.
 * @param capabilityFlags     {@code IBV_PORT_*} flags.
 * @param activeWidth         code of the link's width, as in {@code ibv_query_port(3)}.
 * @param activeSpeed         code of the link's speed, as in {@code ibv_query_port(3)}.
 * @param flags               {@code IBV_QPF_*} flags.
 */
public record PortAttributes(
    int port, PortState state, PathMtu maximumMtu, PathMtu activeMtu, int gidTableLength, int partitionKeyCount,
    long maximumMessageBytes, int localIdentifier, int linkLayer, int capabilityFlags, int activeWidth,
    int activeSpeed, int flags) {

    static PortAttributes of(final int port, final MemorySegment attributes) {
        return new PortAttributes(
            port,
            PortState.of(attributes.get(JAVA_INT, PortAttributesLayout.STATE)),
            PathMtu.of(attributes.get(JAVA_INT, PortAttributesLayout.MAXIMUM_MTU)),
            PathMtu.of(attributes.get(JAVA_INT, PortAttributesLayout.ACTIVE_MTU)),
            attributes.get(JAVA_INT, PortAttributesLayout.GID_TABLE_LENGTH),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, PortAttributesLayout.PARTITION_KEY_COUNT)),
            Integer.toUnsignedLong(attributes.get(JAVA_INT, PortAttributesLayout.MAXIMUM_MESSAGE_BYTES)),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, PortAttributesLayout.LOCAL_IDENTIFIER)),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, PortAttributesLayout.LINK_LAYER)),
            attributes.get(JAVA_INT, PortAttributesLayout.CAPABILITY_FLAGS),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, PortAttributesLayout.ACTIVE_WIDTH)),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, PortAttributesLayout.ACTIVE_SPEED)),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, PortAttributesLayout.FLAGS)));
    }
}
