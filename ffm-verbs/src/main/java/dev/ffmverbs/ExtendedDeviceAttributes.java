// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_device_attr_ex;
import dev.ffmverbs.jextract.ibv_odp_caps;
import dev.ffmverbs.jextract.ibv_pci_atomic_caps;
import dev.ffmverbs.jextract.ibv_tm_caps;
import java.lang.foreign.MemorySegment;

/**
 * What a device can do beyond {@link DeviceAttributes} ({@code struct ibv_device_attr_ex}); 0 where it does not say.
 *
 * @param capabilityFlags                   {@code IBV_DEVICE_*} flags, 64 bits of them.
 * @param completionTimestampMask           bits of a completion's time stamp that count; 0 when there is none.
 * @param coreClockKilohertz                frequency of the clock of those time stamps.
 * @param onDemandPagingFlags               {@code IBV_ODP_SUPPORT*} flags: whether memory need not be locked.
 * @param reliableConnectionOnDemandPaging  operations on such memory through reliable connections ({@code
 *                                          IBV_ODP_SUPPORT_SEND} and so on).
 * @param unreliableDatagramOnDemandPaging  the same for unreliable datagrams.
 * @param maximumWorkQueues                 most receive work queues.
 * @param rawPacketFlags                    {@code IBV_RAW_PACKET_CAP_*} flags.
 * @param maximumTags                       most tags of a tag-matching queue.
 * @param maximumDeviceMemoryBytes          memory on the device that can be allocated.
 * @param pciFetchAndAddSizes               operand sizes of atomics on the PCI bus ({@code
 *                                          IBV_PCI_ATOMIC_OPERATION_*} flags): fetch and add.
 * @param pciSwapSizes                      the same for swap.
 * @param pciCompareAndSwapSizes            the same for compare and swap.
 * @param physicalPorts                     number of ports, which may exceed 255.
 */
public record ExtendedDeviceAttributes(
    long capabilityFlags, long completionTimestampMask, long coreClockKilohertz, long onDemandPagingFlags,
    int reliableConnectionOnDemandPaging, int unreliableDatagramOnDemandPaging, int maximumWorkQueues,
    int rawPacketFlags, int maximumTags, long maximumDeviceMemoryBytes, int pciFetchAndAddSizes, int pciSwapSizes,
    int pciCompareAndSwapSizes, int physicalPorts) {

    static ExtendedDeviceAttributes of(final MemorySegment attributes) {
        final MemorySegment paging = ibv_device_attr_ex.odp_caps(attributes);
        final MemorySegment pagingByTransport = ibv_odp_caps.per_transport_caps(paging);
        final MemorySegment atomics = ibv_device_attr_ex.pci_atomic_caps(attributes);
        return new ExtendedDeviceAttributes(
            ibv_device_attr_ex.device_cap_flags_ex(attributes),
            ibv_device_attr_ex.completion_timestamp_mask(attributes),
            ibv_device_attr_ex.hca_core_clock(attributes),
            ibv_odp_caps.general_caps(paging),
            ibv_odp_caps.per_transport_caps.rc_odp_caps(pagingByTransport),
            ibv_odp_caps.per_transport_caps.ud_odp_caps(pagingByTransport),
            ibv_device_attr_ex.max_wq_type_rq(attributes),
            ibv_device_attr_ex.raw_packet_caps(attributes),
            ibv_tm_caps.max_num_tags(ibv_device_attr_ex.tm_caps(attributes)),
            ibv_device_attr_ex.max_dm_size(attributes),
            Short.toUnsignedInt(ibv_pci_atomic_caps.fetch_add(atomics)),
            Short.toUnsignedInt(ibv_pci_atomic_caps.swap(atomics)),
            Short.toUnsignedInt(ibv_pci_atomic_caps.compare_swap(atomics)),
            ibv_device_attr_ex.phys_port_cnt_ex(attributes));
    }
}
