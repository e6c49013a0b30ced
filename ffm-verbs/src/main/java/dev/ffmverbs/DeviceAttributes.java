// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_device_attr;
import dev.ffmverbs.jextract.ibv_device_attr_ex;
import java.lang.foreign.MemorySegment;

/**
 * A device's limits and capabilities ({@code struct ibv_device_attr}, {@code ibv_query_device_ex(3)}).
 *
 * @param firmwareVersion              version of the device's firmware, as its maker writes it.
 * @param nodeGuid                     globally unique identifier of the node.
 * @param vendorId                     the maker's IEEE number.
 * @param vendorPartId                 the maker's number of the part.
 * @param hardwareVersion              the maker's revision.
 * @param maximumRegionBytes           longest memory region.
 * @param maximumQueuePairs            most queue pairs.
 * @param maximumRequestsPerQueue      most outstanding requests of a send or receive queue.
 * @param maximumScatterGatherElements most local buffers of a request.
 * @param maximumCompletionQueues      most completion queues.
 * @param maximumCompletionEntries     most entries of a completion queue.
 * @param maximumRegions               most memory regions.
 * @param maximumProtectionDomains     most protection domains.
 * @param maximumIncomingReads         most READ and atomic requests a queue pair answers at a time.
 * @param maximumOutgoingReads         most READ and atomic requests a queue pair has outstanding.
 * @param atomicCapability             C constant of {@code enum ibv_atomic_cap}: 0 none, 1 among this device's
 *                                     requests, 2 with the processor's as well.
 * @param maximumSharedReceiveQueues   most shared receive queues; 0 when there are none.
 * @param physicalPorts                number of ports.
 * @param capabilityFlags              {@code IBV_DEVICE_*} flags.
 * @param pageSizes                    sizes of memory pages the device can map, or-ed.
 * @param maximumMemoryWindows         most memory windows; 0 when there are none.
 * @param maximumAddressHandles        most address handles.
 * @param maximumSharedRequests        most outstanding requests of a shared receive queue.
 * @param maximumSharedElements        most local buffers of such a request.
 * @param acknowledgeDelay             how long it may take to acknowledge: 4.096 microseconds times 2 to this power.
 */
public record DeviceAttributes(
    String firmwareVersion, long nodeGuid, int vendorId, int vendorPartId, int hardwareVersion,
    long maximumRegionBytes, int maximumQueuePairs, int maximumRequestsPerQueue, int maximumScatterGatherElements,
    int maximumCompletionQueues, int maximumCompletionEntries, int maximumRegions, int maximumProtectionDomains,
    int maximumIncomingReads, int maximumOutgoingReads, int atomicCapability, int maximumSharedReceiveQueues,
    int physicalPorts, int capabilityFlags, long pageSizes, int maximumMemoryWindows, int maximumAddressHandles,
    int maximumSharedRequests, int maximumSharedElements, int acknowledgeDelay) {

    static DeviceAttributes of(final MemorySegment extended) {
        final MemorySegment attributes = ibv_device_attr_ex.orig_attr(extended);
        return new DeviceAttributes(
            ibv_device_attr.fw_ver(attributes).getString(0),
            Long.reverseBytes(ibv_device_attr.node_guid(attributes)),
            ibv_device_attr.vendor_id(attributes),
            ibv_device_attr.vendor_part_id(attributes),
            ibv_device_attr.hw_ver(attributes),
            ibv_device_attr.max_mr_size(attributes),
            ibv_device_attr.max_qp(attributes),
            ibv_device_attr.max_qp_wr(attributes),
            ibv_device_attr.max_sge(attributes),
            ibv_device_attr.max_cq(attributes),
            ibv_device_attr.max_cqe(attributes),
            ibv_device_attr.max_mr(attributes),
            ibv_device_attr.max_pd(attributes),
            ibv_device_attr.max_qp_rd_atom(attributes),
            ibv_device_attr.max_qp_init_rd_atom(attributes),
            ibv_device_attr.atomic_cap(attributes),
            ibv_device_attr.max_srq(attributes),
            Byte.toUnsignedInt(ibv_device_attr.phys_port_cnt(attributes)),
            ibv_device_attr.device_cap_flags(attributes),
            ibv_device_attr.page_size_cap(attributes),
            ibv_device_attr.max_mw(attributes),
            ibv_device_attr.max_ah(attributes),
            ibv_device_attr.max_srq_wr(attributes),
            ibv_device_attr.max_srq_sge(attributes),
            Byte.toUnsignedInt(ibv_device_attr.local_ca_ack_delay(attributes)));
    }
}
