// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * A request for a receive queue ({@code struct ibv_recv_wr}). {@code struct ibv_send_wr} begins with the same fields.
 */
public final class ReceiveRequestLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("wr_id"),
        ValueLayout.JAVA_LONG.withName("next"),
        ValueLayout.JAVA_LONG.withName("sg_list"),
        ValueLayout.JAVA_INT.withName("num_sge"),
        MemoryLayout.paddingLayout(4)).withName("ibv_recv_wr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code wr_id}, 64 bits: the number that the completion carries. */
    public static final int WORK_REQUEST_ID = Fields.offset(LAYOUT, "wr_id");
    /** {@code next}, 64 bits: address of the next request of the chain, or 0. */
    public static final int NEXT = Fields.offset(LAYOUT, "next");
    /** {@code sg_list}, 64 bits: address of an array of {@code struct ibv_sge}. */
    public static final int ELEMENTS = Fields.offset(LAYOUT, "sg_list");
    /** {@code num_sge}, 32 bits: elements of that array. */
    public static final int ELEMENT_COUNT = Fields.offset(LAYOUT, "num_sge");

    private ReceiveRequestLayout() {
    }
}
