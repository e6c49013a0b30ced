// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Attributes of a device; {@code struct ibv_device_attr} comes first in it ({@code struct ibv_device_attr_ex}). */
public final class ExtendedDeviceAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        DeviceAttributesLayout.LAYOUT.withName("orig_attr"),
        ValueLayout.JAVA_INT.withName("comp_mask"),
        MemoryLayout.paddingLayout(4),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("general_caps"),
            MemoryLayout.structLayout(
                ValueLayout.JAVA_INT.withName("rc_odp_caps"),
                ValueLayout.JAVA_INT.withName("uc_odp_caps"),
                ValueLayout.JAVA_INT.withName("ud_odp_caps")).withName("per_transport_caps"),
            MemoryLayout.paddingLayout(4)).withName("odp_caps"),
        ValueLayout.JAVA_LONG.withName("completion_timestamp_mask"),
        ValueLayout.JAVA_LONG.withName("hca_core_clock"),
        ValueLayout.JAVA_LONG.withName("device_cap_flags_ex"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("max_tso"),
            ValueLayout.JAVA_INT.withName("supported_qpts")).withName("tso_caps"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("supported_qpts"),
            ValueLayout.JAVA_INT.withName("max_rwq_indirection_tables"),
            ValueLayout.JAVA_INT.withName("max_rwq_indirection_table_size"),
            MemoryLayout.paddingLayout(4),
            ValueLayout.JAVA_LONG.withName("rx_hash_fields_mask"),
            ValueLayout.JAVA_BYTE.withName("rx_hash_function"),
            MemoryLayout.paddingLayout(7)).withName("rss_caps"),
        ValueLayout.JAVA_INT.withName("max_wq_type_rq"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("qp_rate_limit_min"),
            ValueLayout.JAVA_INT.withName("qp_rate_limit_max"),
            ValueLayout.JAVA_INT.withName("supported_qpts")).withName("packet_pacing_caps"),
        ValueLayout.JAVA_INT.withName("raw_packet_caps"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("max_rndv_hdr_size"),
            ValueLayout.JAVA_INT.withName("max_num_tags"),
            ValueLayout.JAVA_INT.withName("flags"),
            ValueLayout.JAVA_INT.withName("max_ops"),
            ValueLayout.JAVA_INT.withName("max_sge")).withName("tm_caps"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("max_cq_count"),
            ValueLayout.JAVA_SHORT.withName("max_cq_period")).withName("cq_mod_caps"),
        MemoryLayout.paddingLayout(4),
        ValueLayout.JAVA_LONG.withName("max_dm_size"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("fetch_add"),
            ValueLayout.JAVA_SHORT.withName("swap"),
            ValueLayout.JAVA_SHORT.withName("compare_swap")).withName("pci_atomic_caps"),
        MemoryLayout.paddingLayout(2),
        ValueLayout.JAVA_INT.withName("xrc_odp_caps"),
        ValueLayout.JAVA_INT.withName("phys_port_cnt_ex")).withName("ibv_device_attr_ex");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /**
     * {@code odp_caps.general_caps}, 64 bits: {@code IBV_ODP_SUPPORT*} flags: whether memory can be registered without
     * locking it.
     */
    public static final int PAGING_FLAGS = Fields.offset(LAYOUT, "odp_caps", "general_caps");
    /**
     * {@code odp_caps.per_transport_caps.rc_odp_caps}, 32 bits: operations on unlocked memory over reliable
     * connections.
     */
    public static final int RELIABLE_CONNECTION_PAGING =
        Fields.offset(LAYOUT, "odp_caps", "per_transport_caps", "rc_odp_caps");
    /** {@code odp_caps.per_transport_caps.uc_odp_caps}, 32 bits: the same over unreliable connections. */
    public static final int UNRELIABLE_CONNECTION_PAGING =
        Fields.offset(LAYOUT, "odp_caps", "per_transport_caps", "uc_odp_caps");
    /** {@code odp_caps.per_transport_caps.ud_odp_caps}, 32 bits: the same over unreliable datagrams. */
    public static final int UNRELIABLE_DATAGRAM_PAGING =
        Fields.offset(LAYOUT, "odp_caps", "per_transport_caps", "ud_odp_caps");
    /** {@code completion_timestamp_mask}, 64 bits: significant bits of a completion's time stamp. */
    public static final int COMPLETION_TIMESTAMP_MASK = Fields.offset(LAYOUT, "completion_timestamp_mask");
    /** {@code hca_core_clock}, 64 bits: frequency of the time stamp clock, in kilohertz. */
    public static final int CORE_CLOCK_KILOHERTZ = Fields.offset(LAYOUT, "hca_core_clock");
    /** {@code device_cap_flags_ex}, 64 bits: {@code IBV_DEVICE_*} flags. */
    public static final int CAPABILITY_FLAGS = Fields.offset(LAYOUT, "device_cap_flags_ex");
    /** {@code max_wq_type_rq}, 32 bits: most receive work queues. */
    public static final int WORK_QUEUES = Fields.offset(LAYOUT, "max_wq_type_rq");
    /** {@code raw_packet_caps}, 32 bits: {@code IBV_RAW_PACKET_CAP_*} flags. */
    public static final int RAW_PACKET_FLAGS = Fields.offset(LAYOUT, "raw_packet_caps");
    /** {@code tm_caps.max_num_tags}, 32 bits: most tags of a tag-matching queue. */
    public static final int TAGS = Fields.offset(LAYOUT, "tm_caps", "max_num_tags");
    /** {@code cq_mod_caps.max_cq_count}, 16 bits: most completions that an announcement can wait for. */
    public static final int MODERATED_COMPLETIONS = Fields.offset(LAYOUT, "cq_mod_caps", "max_cq_count");
    /** {@code cq_mod_caps.max_cq_period}, 16 bits: most microseconds that it can wait. */
    public static final int MODERATION_PERIOD = Fields.offset(LAYOUT, "cq_mod_caps", "max_cq_period");
    /** {@code max_dm_size}, 64 bits: bytes of device memory that can be allocated. */
    public static final int DEVICE_MEMORY_BYTES = Fields.offset(LAYOUT, "max_dm_size");
    /** {@code pci_atomic_caps.fetch_add}, 16 bits: operand sizes of fetch and add on the PCI bus. */
    public static final int PCI_FETCH_AND_ADD_SIZES = Fields.offset(LAYOUT, "pci_atomic_caps", "fetch_add");
    /** {@code pci_atomic_caps.swap}, 16 bits: operand sizes of swap on the PCI bus. */
    public static final int PCI_SWAP_SIZES = Fields.offset(LAYOUT, "pci_atomic_caps", "swap");
    /** {@code pci_atomic_caps.compare_swap}, 16 bits: operand sizes of compare and swap on the PCI bus. */
    public static final int PCI_COMPARE_AND_SWAP_SIZES = Fields.offset(LAYOUT, "pci_atomic_caps", "compare_swap");
    /** {@code phys_port_cnt_ex}, 32 bits: number of ports, which may exceed 255. */
    public static final int PHYSICAL_PORTS = Fields.offset(LAYOUT, "phys_port_cnt_ex");

    private static final int BASIC = Fields.offset(LAYOUT, "orig_attr");

    private ExtendedDeviceAttributesLayout() {
    }

    /**
     * Returns the attributes that every device has ({@code orig_attr}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link DeviceAttributesLayout}.
     */
    public static MemorySegment basic(final MemorySegment structure) {
        return structure.asSlice(BASIC, DeviceAttributesLayout.BYTES);
    }
}
