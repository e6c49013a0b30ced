// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * A device's capabilities beyond {@link DeviceAttributes} ({@code struct ibv_device_attr_ex}). A value the device does
 * not report is 0.
 *
 * @param capabilities                      what the device can do.
 * @param completionTimestampMask           significant bits of a completion's time stamp; 0 when there is no time
 *                                          stamp.
 * @param coreClockKilohertz                frequency of the time stamp clock, in kilohertz.
 * @param onDemandPagingFlags               {@code IBV_ODP_SUPPORT*} flags: whether memory can be registered without
 *                                          locking it.
 * @param reliableConnectionOnDemandPaging  operations on unlocked memory over reliable connections ({@code
 *                                          IBV_ODP_SUPPORT_SEND} and so on).
 * @param unreliableDatagramOnDemandPaging  the same for unreliable datagrams.
 * @param unreliableConnectionPaging        the same for unreliable connections.
 * @param maximumModeratedCompletions       most completions that an announcement can wait for; 0 without moderation.
 * @param maximumModerationMicroseconds     longest time that it can wait.
 * @param maximumWorkQueues                 most receive work queues.
 * @param rawPacketFlags                    {@code IBV_RAW_PACKET_CAP_*} flags.
 * @param maximumTags                       most tags of a tag-matching queue.
 * @param maximumDeviceMemoryBytes          bytes of device memory that can be allocated.
 * @param pciFetchAndAddSizes               operand sizes of fetch and add on the PCI bus ({@code
 *                                          IBV_PCI_ATOMIC_OPERATION_*} flags).
 * @param pciSwapSizes                      the same for swap.
 * @param pciCompareAndSwapSizes            the same for compare and swap.
 * @param physicalPorts                     number of ports, which may exceed 255.
 */
public record ExtendedDeviceAttributes(
    FlagSet<DeviceCapability> capabilities, long completionTimestampMask, long coreClockKilohertz,
    long onDemandPagingFlags, int reliableConnectionOnDemandPaging, int unreliableDatagramOnDemandPaging,
    int unreliableConnectionPaging, int maximumModeratedCompletions, int maximumModerationMicroseconds,
    int maximumWorkQueues, int rawPacketFlags, int maximumTags, long maximumDeviceMemoryBytes,
    int pciFetchAndAddSizes, int pciSwapSizes, int pciCompareAndSwapSizes, int physicalPorts) {

    static ExtendedDeviceAttributes of(final MemorySegment attributes) {
        return new ExtendedDeviceAttributes(
            DeviceCapability.of(attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.CAPABILITY_FLAGS)),
            attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.COMPLETION_TIMESTAMP_MASK),
            attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.CORE_CLOCK_KILOHERTZ),
            attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.PAGING_FLAGS),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.RELIABLE_CONNECTION_PAGING),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.UNRELIABLE_DATAGRAM_PAGING),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.UNRELIABLE_CONNECTION_PAGING),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, ExtendedDeviceAttributesLayout.MODERATED_COMPLETIONS)),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, ExtendedDeviceAttributesLayout.MODERATION_PERIOD)),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.WORK_QUEUES),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.RAW_PACKET_FLAGS),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.TAGS),
            attributes.get(JAVA_LONG, ExtendedDeviceAttributesLayout.DEVICE_MEMORY_BYTES),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, ExtendedDeviceAttributesLayout.PCI_FETCH_AND_ADD_SIZES)),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, ExtendedDeviceAttributesLayout.PCI_SWAP_SIZES)),
            Short.toUnsignedInt(attributes.get(JAVA_SHORT, ExtendedDeviceAttributesLayout.PCI_COMPARE_AND_SWAP_SIZES)),
            attributes.get(JAVA_INT, ExtendedDeviceAttributesLayout.PHYSICAL_PORTS));
    }
}
