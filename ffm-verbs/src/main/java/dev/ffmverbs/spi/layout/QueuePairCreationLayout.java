// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Creation parameters of a queue pair ({@code struct ibv_qp_init_attr}). {@code struct ibv_qp_init_attr_ex} begins with
 * the same fields.
 */
public final class QueuePairCreationLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("qp_context"),
        ValueLayout.JAVA_LONG.withName("send_cq"),
        ValueLayout.JAVA_LONG.withName("recv_cq"),
        ValueLayout.JAVA_LONG.withName("srq"),
        QueuePairCapacitiesLayout.LAYOUT.withName("cap"),
        ValueLayout.JAVA_INT.withName("qp_type"),
        ValueLayout.JAVA_INT.withName("sq_sig_all"),
        MemoryLayout.paddingLayout(4)).withName("ibv_qp_init_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code send_cq}, 64 bits: address of the C structure; a provider over C sets it. */
    public static final int SEND_COMPLETION_QUEUE = Fields.offset(LAYOUT, "send_cq");
    /** {@code recv_cq}, 64 bits: address of the C structure; a provider over C sets it. */
    public static final int RECEIVE_COMPLETION_QUEUE = Fields.offset(LAYOUT, "recv_cq");
    /** {@code srq}, 64 bits: address of the C structure, or 0; a provider over C sets it. */
    public static final int SHARED_RECEIVE_QUEUE = Fields.offset(LAYOUT, "srq");
    /** {@code qp_type}, 32 bits: one of {@link dev.ffmverbs.spi.constants.QueuePairTypes}. */
    public static final int TYPE = Fields.offset(LAYOUT, "qp_type");
    /** {@code sq_sig_all}, 32 bits: not 0 when every send produces a completion. */
    public static final int SIGNAL_ALL = Fields.offset(LAYOUT, "sq_sig_all");

    private static final int CAPACITIES = Fields.offset(LAYOUT, "cap");

    private QueuePairCreationLayout() {
    }

    /**
     * Returns the sizes of the queues, first as requested and then as granted ({@code cap}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link QueuePairCapacitiesLayout}.
     */
    public static MemorySegment capacities(final MemorySegment structure) {
        return structure.asSlice(CAPACITIES, QueuePairCapacitiesLayout.BYTES);
    }
}
