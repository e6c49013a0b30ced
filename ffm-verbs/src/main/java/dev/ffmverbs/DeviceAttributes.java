// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import java.lang.foreign.MemorySegment;

/**
 * A device's limits and capabilities ({@code struct ibv_device_attr}, {@code ibv_query_device_ex(3)}).
 *
 * @param firmwareVersion              firmware version, in the vendor's format.
 * @param nodeGuid                     globally unique identifier of the node.
 * @param vendorId                     the vendor's IEEE identifier.
 * @param vendorPartId                 the vendor's part number.
 * @param hardwareVersion              the vendor's hardware revision.
 * @param maximumRegionBytes           longest memory region, in bytes.
 * @param maximumQueuePairs            most queue pairs.
 * @param maximumRequestsPerQueue      most outstanding requests of a send or receive queue.
 * @param maximumScatterGatherElements most local buffers of a request.
 * @param maximumCompletionQueues      most completion queues.
 * @param maximumCompletionEntries     most entries of a completion queue.
 * @param maximumRegions               most memory regions.
 * @param maximumProtectionDomains     most protection domains.
 * @param maximumIncomingReads         most READ and atomic requests a queue pair answers at a time.
 * @param maximumOutgoingReads         most READ and atomic requests a queue pair has outstanding.
 * @param atomicCapability             scope of atomic operations.
 * @param maximumSharedReceiveQueues   most shared receive queues; 0 when there are none.
 * @param physicalPorts                number of ports.
 * @param capabilities                 what the device can do, as far as 32 bits have room for it; see {@link
 *                                     ExtendedDeviceAttributes#capabilities}.
 * @param pageSizes                    sizes in bytes of memory pages the device can map, or-ed.
 * @param maximumMemoryWindows         most memory windows; 0 when there are none.
 * @param maximumAddressHandles        most address handles.
 * @param maximumSharedRequests        most outstanding requests of a shared receive queue.
 * @param maximumSharedElements        most local buffers of such a request.
 * @param acknowledgeDelay             longest time to acknowledge: 4.096 microseconds times 2 to this power.
 */
public record DeviceAttributes(
    String firmwareVersion, long nodeGuid, int vendorId, int vendorPartId, int hardwareVersion,
    long maximumRegionBytes, int maximumQueuePairs, int maximumRequestsPerQueue, int maximumScatterGatherElements,
    int maximumCompletionQueues, int maximumCompletionEntries, int maximumRegions, int maximumProtectionDomains,
    int maximumIncomingReads, int maximumOutgoingReads, AtomicCapability atomicCapability,
    int maximumSharedReceiveQueues, int physicalPorts, FlagSet<DeviceCapability> capabilities, long pageSizes,
    int maximumMemoryWindows, int maximumAddressHandles, int maximumSharedRequests, int maximumSharedElements,
    int acknowledgeDelay) {

    static DeviceAttributes of(final MemorySegment extended) {
        final MemorySegment attributes = ExtendedDeviceAttributesLayout.basic(extended);
        return new DeviceAttributes(
            DeviceAttributesLayout.firmwareVersion(attributes).getString(0),
            Long.reverseBytes(attributes.get(JAVA_LONG, DeviceAttributesLayout.NODE_GUID)),
            attributes.get(JAVA_INT, DeviceAttributesLayout.VENDOR_ID),
            attributes.get(JAVA_INT, DeviceAttributesLayout.VENDOR_PART_ID),
            attributes.get(JAVA_INT, DeviceAttributesLayout.HARDWARE_VERSION),
            attributes.get(JAVA_LONG, DeviceAttributesLayout.MAXIMUM_REGION_BYTES),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_QUEUE_PAIRS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_REQUESTS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_ELEMENTS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_COMPLETION_QUEUES),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_COMPLETIONS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_REGIONS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_PROTECTION_DOMAINS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_INCOMING_READS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_OUTGOING_READS),
            AtomicCapability.of(attributes.get(JAVA_INT, DeviceAttributesLayout.ATOMIC_CAPABILITY)),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_RECEIVE_QUEUES),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, DeviceAttributesLayout.PHYSICAL_PORTS)),
            DeviceCapability.of(Integer.toUnsignedLong(
                attributes.get(JAVA_INT, DeviceAttributesLayout.CAPABILITY_FLAGS))),
            attributes.get(JAVA_LONG, DeviceAttributesLayout.PAGE_SIZES),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_MEMORY_WINDOWS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_ADDRESS_HANDLES),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_REQUESTS),
            attributes.get(JAVA_INT, DeviceAttributesLayout.MAXIMUM_SHARED_ELEMENTS),
            Byte.toUnsignedInt(attributes.get(JAVA_BYTE, DeviceAttributesLayout.ACKNOWLEDGE_DELAY)));
    }
}
