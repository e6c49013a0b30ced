// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Limits and capabilities of a device ({@code struct ibv_device_attr}). */
public final class DeviceAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        MemoryLayout.sequenceLayout(64, ValueLayout.JAVA_BYTE).withName("fw_ver"),
        ValueLayout.JAVA_LONG.withName("node_guid"),
        ValueLayout.JAVA_LONG.withName("sys_image_guid"),
        ValueLayout.JAVA_LONG.withName("max_mr_size"),
        ValueLayout.JAVA_LONG.withName("page_size_cap"),
        ValueLayout.JAVA_INT.withName("vendor_id"),
        ValueLayout.JAVA_INT.withName("vendor_part_id"),
        ValueLayout.JAVA_INT.withName("hw_ver"),
        ValueLayout.JAVA_INT.withName("max_qp"),
        ValueLayout.JAVA_INT.withName("max_qp_wr"),
        ValueLayout.JAVA_INT.withName("device_cap_flags"),
        ValueLayout.JAVA_INT.withName("max_sge"),
        ValueLayout.JAVA_INT.withName("max_sge_rd"),
        ValueLayout.JAVA_INT.withName("max_cq"),
        ValueLayout.JAVA_INT.withName("max_cqe"),
        ValueLayout.JAVA_INT.withName("max_mr"),
        ValueLayout.JAVA_INT.withName("max_pd"),
        ValueLayout.JAVA_INT.withName("max_qp_rd_atom"),
        ValueLayout.JAVA_INT.withName("max_ee_rd_atom"),
        ValueLayout.JAVA_INT.withName("max_res_rd_atom"),
        ValueLayout.JAVA_INT.withName("max_qp_init_rd_atom"),
        ValueLayout.JAVA_INT.withName("max_ee_init_rd_atom"),
        ValueLayout.JAVA_INT.withName("atomic_cap"),
        ValueLayout.JAVA_INT.withName("max_ee"),
        ValueLayout.JAVA_INT.withName("max_rdd"),
        ValueLayout.JAVA_INT.withName("max_mw"),
        ValueLayout.JAVA_INT.withName("max_raw_ipv6_qp"),
        ValueLayout.JAVA_INT.withName("max_raw_ethy_qp"),
        ValueLayout.JAVA_INT.withName("max_mcast_grp"),
        ValueLayout.JAVA_INT.withName("max_mcast_qp_attach"),
        ValueLayout.JAVA_INT.withName("max_total_mcast_qp_attach"),
        ValueLayout.JAVA_INT.withName("max_ah"),
        ValueLayout.JAVA_INT.withName("max_fmr"),
        ValueLayout.JAVA_INT.withName("max_map_per_fmr"),
        ValueLayout.JAVA_INT.withName("max_srq"),
        ValueLayout.JAVA_INT.withName("max_srq_wr"),
        ValueLayout.JAVA_INT.withName("max_srq_sge"),
        ValueLayout.JAVA_SHORT.withName("max_pkeys"),
        ValueLayout.JAVA_BYTE.withName("local_ca_ack_delay"),
        ValueLayout.JAVA_BYTE.withName("phys_port_cnt"),
        MemoryLayout.paddingLayout(4)).withName("ibv_device_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code node_guid}, 64 bits: globally unique identifier of the node, in network order. */
    public static final int NODE_GUID = Fields.offset(LAYOUT, "node_guid");
    /** {@code sys_image_guid}, 64 bits: globally unique identifier of the system, in network order. */
    public static final int SYSTEM_IMAGE_GUID = Fields.offset(LAYOUT, "sys_image_guid");
    /** {@code max_mr_size}, 64 bits: longest memory region in bytes. */
    public static final int MAXIMUM_REGION_BYTES = Fields.offset(LAYOUT, "max_mr_size");
    /** {@code page_size_cap}, 64 bits: sizes in bytes of memory pages the device can map, or-ed. */
    public static final int PAGE_SIZES = Fields.offset(LAYOUT, "page_size_cap");
    /** {@code vendor_id}, 32 bits: the vendor's IEEE identifier. */
    public static final int VENDOR_ID = Fields.offset(LAYOUT, "vendor_id");
    /** {@code vendor_part_id}, 32 bits: the vendor's part number. */
    public static final int VENDOR_PART_ID = Fields.offset(LAYOUT, "vendor_part_id");
    /** {@code hw_ver}, 32 bits: the vendor's hardware revision. */
    public static final int HARDWARE_VERSION = Fields.offset(LAYOUT, "hw_ver");
    /** {@code max_qp}, 32 bits: most queue pairs. */
    public static final int MAXIMUM_QUEUE_PAIRS = Fields.offset(LAYOUT, "max_qp");
    /** {@code max_qp_wr}, 32 bits: most outstanding requests of a send or receive queue. */
    public static final int MAXIMUM_REQUESTS = Fields.offset(LAYOUT, "max_qp_wr");
    /**
     * {@code device_cap_flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.DeviceCapabilityFlags}, and others.
     */
    public static final int CAPABILITY_FLAGS = Fields.offset(LAYOUT, "device_cap_flags");
    /** {@code max_sge}, 32 bits: most local buffers of a request. */
    public static final int MAXIMUM_ELEMENTS = Fields.offset(LAYOUT, "max_sge");
    /** {@code max_sge_rd}, 32 bits: most local buffers of a READ. */
    public static final int MAXIMUM_READ_ELEMENTS = Fields.offset(LAYOUT, "max_sge_rd");
    /** {@code max_cq}, 32 bits: most completion queues. */
    public static final int MAXIMUM_COMPLETION_QUEUES = Fields.offset(LAYOUT, "max_cq");
    /** {@code max_cqe}, 32 bits: most entries of a completion queue. */
    public static final int MAXIMUM_COMPLETIONS = Fields.offset(LAYOUT, "max_cqe");
    /** {@code max_mr}, 32 bits: most memory regions. */
    public static final int MAXIMUM_REGIONS = Fields.offset(LAYOUT, "max_mr");
    /** {@code max_pd}, 32 bits: most protection domains. */
    public static final int MAXIMUM_PROTECTION_DOMAINS = Fields.offset(LAYOUT, "max_pd");
    /** {@code max_qp_rd_atom}, 32 bits: most READ and atomic requests a queue pair answers at a time. */
    public static final int MAXIMUM_INCOMING_READS = Fields.offset(LAYOUT, "max_qp_rd_atom");
    /** {@code max_res_rd_atom}, 32 bits: most READ and atomic requests the device answers at a time. */
    public static final int MAXIMUM_DEVICE_READS = Fields.offset(LAYOUT, "max_res_rd_atom");
    /** {@code max_qp_init_rd_atom}, 32 bits: most READ and atomic requests a queue pair has outstanding. */
    public static final int MAXIMUM_OUTGOING_READS = Fields.offset(LAYOUT, "max_qp_init_rd_atom");
    /** {@code atomic_cap}, 32 bits: one of {@link dev.ffmverbs.spi.constants.AtomicCapabilities}. */
    public static final int ATOMIC_CAPABILITY = Fields.offset(LAYOUT, "atomic_cap");
    /** {@code max_mw}, 32 bits: most memory windows. */
    public static final int MAXIMUM_MEMORY_WINDOWS = Fields.offset(LAYOUT, "max_mw");
    /** {@code max_ah}, 32 bits: most address handles. */
    public static final int MAXIMUM_ADDRESS_HANDLES = Fields.offset(LAYOUT, "max_ah");
    /** {@code max_srq}, 32 bits: most shared receive queues. */
    public static final int MAXIMUM_SHARED_RECEIVE_QUEUES = Fields.offset(LAYOUT, "max_srq");
    /** {@code max_srq_wr}, 32 bits: most outstanding requests of a shared receive queue. */
    public static final int MAXIMUM_SHARED_REQUESTS = Fields.offset(LAYOUT, "max_srq_wr");
    /** {@code max_srq_sge}, 32 bits: most local buffers of such a request. */
    public static final int MAXIMUM_SHARED_ELEMENTS = Fields.offset(LAYOUT, "max_srq_sge");
    /** {@code max_pkeys}, 16 bits: number of places in the table of partition keys. */
    public static final int PARTITION_KEYS = Fields.offset(LAYOUT, "max_pkeys");
    /**
     * {@code local_ca_ack_delay}, 8 bits: longest time to acknowledge: 4.096 microseconds times 2 to this power.
     */
    public static final int ACKNOWLEDGE_DELAY = Fields.offset(LAYOUT, "local_ca_ack_delay");
    /** {@code phys_port_cnt}, 8 bits: number of ports. */
    public static final int PHYSICAL_PORTS = Fields.offset(LAYOUT, "phys_port_cnt");

    private static final int FIRMWARE_VERSION = Fields.offset(LAYOUT, "fw_ver");
    private static final long FIRMWARE_VERSION_BYTES = 64;

    private DeviceAttributesLayout() {
    }

    /**
     * Returns the firmware version ({@code fw_ver}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, 64 bytes of text that ends in 0.
     */
    public static MemorySegment firmwareVersion(final MemorySegment structure) {
        return structure.asSlice(FIRMWARE_VERSION, FIRMWARE_VERSION_BYTES);
    }
}
