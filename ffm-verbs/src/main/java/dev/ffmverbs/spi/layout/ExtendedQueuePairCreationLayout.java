// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Creation parameters of an extended queue pair ({@code struct ibv_qp_init_attr_ex}). It begins with the fields of
 * {@link QueuePairCreationLayout}.
 */
public final class ExtendedQueuePairCreationLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("qp_context"),
        ValueLayout.JAVA_LONG.withName("send_cq"),
        ValueLayout.JAVA_LONG.withName("recv_cq"),
        ValueLayout.JAVA_LONG.withName("srq"),
        QueuePairCapacitiesLayout.LAYOUT.withName("cap"),
        ValueLayout.JAVA_INT.withName("qp_type"),
        ValueLayout.JAVA_INT.withName("sq_sig_all"),
        ValueLayout.JAVA_INT.withName("comp_mask"),
        ValueLayout.JAVA_LONG.withName("pd"),
        ValueLayout.JAVA_LONG.withName("xrcd"),
        ValueLayout.JAVA_INT.withName("create_flags"),
        ValueLayout.JAVA_SHORT.withName("max_tso_header"),
        MemoryLayout.paddingLayout(2),
        ValueLayout.JAVA_LONG.withName("rwq_ind_tbl"),
        MemoryLayout.sequenceLayout(3, ValueLayout.JAVA_LONG).withName("rx_hash_conf"),
        ValueLayout.JAVA_INT.withName("source_qpn"),
        MemoryLayout.paddingLayout(4),
        ValueLayout.JAVA_LONG.withName("send_ops_flags")).withName("ibv_qp_init_attr_ex");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code comp_mask}, 32 bits: any of {@link dev.ffmverbs.spi.constants.QueuePairCreationFlags}. */
    public static final int PRESENT_FIELDS = Fields.offset(LAYOUT, "comp_mask");
    /** {@code pd}, 64 bits: address of the C structure; a provider over C sets it. */
    public static final int PROTECTION_DOMAIN = Fields.offset(LAYOUT, "pd");
    /** {@code send_ops_flags}, 64 bits: any of {@link dev.ffmverbs.spi.constants.SendOperationFlags}. */
    public static final int SEND_OPERATIONS = Fields.offset(LAYOUT, "send_ops_flags");

    private ExtendedQueuePairCreationLayout() {
    }
}
