// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.constants.PortFlags;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * A port's attributes ({@code struct ibv_port_attr}, {@code ibv_query_port(3)}).
 *
 * @param port                         number of the port, from 1.
 * @param state                        logical state; data flows only when it is {@link PortState#ACTIVE}.
 * @param physicalState                physical state.
 * @param maximumMtu                   largest packet payload the port can carry.
 * @param activeMtu                    largest packet payload currently allowed.
 * @param gidTableLength               number of places in the GID table.
 * @param partitionKeyCount            number of places in the table of partition keys.
 * @param maximumMessageBytes          longest message in bytes, 0 to 2^32-1.
 * @param linkLayer                    link layer.
 * @param activeWidth                  width of the link.
 * @param activeSpeed                  speed of one lane of the link.
 * @param capabilities                 what the port can do.
 * @param secondCapabilities           what else the port can do.
 * @param needsGlobalRoutingHeader     whether packets need a GID even within an InfiniBand subnet ({@code
 *                                     IBV_QPF_GRH_REQUIRED}).
 * @param localIdentifier              local identifier (LID), 0 to 65535; 0 on Ethernet.
 * @param localIdentifierMaskBits      number of low bits of the LID that select a path (LMC), 0 to 7.
 * @param subnetManagerLocalIdentifier LID of the subnet manager, 0 to 65535; 0 on Ethernet.
 * @param subnetManagerServiceLevel    service level of packets to the subnet manager, 0 to 15.
 * @param subnetTimeoutExponent        time that packets need at most through the subnet: 4.096 microseconds times 2 to
 *                                     this power.
 * @param virtualLanesCode             code for the number of virtual lanes: 1 for 1, 2 for 2, 3 for 4, 4 for 8, 5 for
 *                                     15; 0 when it is not reported.
 * @param initializationReply          type of initialization that the subnet manager has performed, 4 bits.
 * @param badPartitionKeys             packets received with a wrong partition key, 0 to 2^32-1.
 * @param badQueueKeys                 packets received with a wrong queue key, 0 to 2^32-1.
 */
public record PortAttributes(
    int port, PortState state, PhysicalPortState physicalState, PathMtu maximumMtu, PathMtu activeMtu,
    int gidTableLength, int partitionKeyCount, long maximumMessageBytes, LinkLayer linkLayer, LinkWidth activeWidth,
    LinkSpeed activeSpeed, FlagSet<PortCapability> capabilities, FlagSet<SecondPortCapability> secondCapabilities,
    boolean needsGlobalRoutingHeader, int localIdentifier, int localIdentifierMaskBits,
    int subnetManagerLocalIdentifier, int subnetManagerServiceLevel, int subnetTimeoutExponent, int virtualLanesCode,
    int initializationReply, long badPartitionKeys, long badQueueKeys) {

    static PortAttributes of(final int port, final MemorySegment attributes) {
        return new PortAttributes(
            port,
            PortState.of(attributes.get(JAVA_INT, PortAttributesLayout.STATE)),
            PhysicalPortState.of(octet(attributes, PortAttributesLayout.PHYSICAL_STATE)),
            PathMtu.of(attributes.get(JAVA_INT, PortAttributesLayout.MAXIMUM_MTU)),
            PathMtu.of(attributes.get(JAVA_INT, PortAttributesLayout.ACTIVE_MTU)),
            attributes.get(JAVA_INT, PortAttributesLayout.GID_TABLE_LENGTH),
            twoOctets(attributes, PortAttributesLayout.PARTITION_KEY_COUNT),
            fourOctets(attributes, PortAttributesLayout.MAXIMUM_MESSAGE_BYTES),
            LinkLayer.of(octet(attributes, PortAttributesLayout.LINK_LAYER)),
            LinkWidth.of(octet(attributes, PortAttributesLayout.ACTIVE_WIDTH)),
            LinkSpeed.of(octet(attributes, PortAttributesLayout.ACTIVE_SPEED)),
            PortCapability.of(fourOctets(attributes, PortAttributesLayout.CAPABILITY_FLAGS)),
            SecondPortCapability.of(twoOctets(attributes, PortAttributesLayout.SECOND_CAPABILITY_FLAGS)),
            (octet(attributes, PortAttributesLayout.FLAGS) & PortFlags.NEEDS_GLOBAL_ROUTING_HEADER) != 0,
            twoOctets(attributes, PortAttributesLayout.LOCAL_IDENTIFIER),
            octet(attributes, PortAttributesLayout.LOCAL_IDENTIFIER_MASK_BITS),
            twoOctets(attributes, PortAttributesLayout.SUBNET_MANAGER_LOCAL_IDENTIFIER),
            octet(attributes, PortAttributesLayout.SUBNET_MANAGER_SERVICE_LEVEL),
            octet(attributes, PortAttributesLayout.SUBNET_TIMEOUT),
            octet(attributes, PortAttributesLayout.VIRTUAL_LANES),
            octet(attributes, PortAttributesLayout.INITIALIZATION_REPLY),
            fourOctets(attributes, PortAttributesLayout.BAD_PARTITION_KEYS),
            fourOctets(attributes, PortAttributesLayout.BAD_QUEUE_KEYS));
    }

    private static int octet(final MemorySegment attributes, final long offset) {
        return Byte.toUnsignedInt(attributes.get(JAVA_BYTE, offset));
    }

    private static int twoOctets(final MemorySegment attributes, final long offset) {
        return Short.toUnsignedInt(attributes.get(JAVA_SHORT, offset));
    }

    private static long fourOctets(final MemorySegment attributes, final long offset) {
        return Integer.toUnsignedLong(attributes.get(JAVA_INT, offset));
    }

    /**
     * Returns the speed of the link, all lanes together.
     *
     * @return gigabits per second in each direction; 0 when width or speed are {@code UNKNOWN}. Software devices report
     *     a number that says nothing about what they achieve.
     */
    public double gigabitsPerSecond() {
        return activeWidth.lanes() * activeSpeed.gigabitsPerSecond();
    }
}
