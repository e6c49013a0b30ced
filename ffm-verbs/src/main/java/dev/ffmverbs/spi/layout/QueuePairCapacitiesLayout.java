// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Sizes of a queue pair's queues ({@code struct ibv_qp_cap}). */
public final class QueuePairCapacitiesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("max_send_wr"),
        ValueLayout.JAVA_INT.withName("max_recv_wr"),
        ValueLayout.JAVA_INT.withName("max_send_sge"),
        ValueLayout.JAVA_INT.withName("max_recv_sge"),
        ValueLayout.JAVA_INT.withName("max_inline_data")).withName("ibv_qp_cap");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code max_send_wr}, 32 bits: send requests that may be outstanding. */
    public static final int SEND_REQUESTS = Fields.offset(LAYOUT, "max_send_wr");
    /** {@code max_recv_wr}, 32 bits: receive requests that may be outstanding. */
    public static final int RECEIVE_REQUESTS = Fields.offset(LAYOUT, "max_recv_wr");
    /** {@code max_send_sge}, 32 bits: local buffers a send request may name. */
    public static final int SEND_ELEMENTS = Fields.offset(LAYOUT, "max_send_sge");
    /** {@code max_recv_sge}, 32 bits: local buffers a receive request may name. */
    public static final int RECEIVE_ELEMENTS = Fields.offset(LAYOUT, "max_recv_sge");
    /** {@code max_inline_data}, 32 bits: longest inline data. */
    public static final int INLINE_BYTES = Fields.offset(LAYOUT, "max_inline_data");

    private QueuePairCapacitiesLayout() {
    }
}
