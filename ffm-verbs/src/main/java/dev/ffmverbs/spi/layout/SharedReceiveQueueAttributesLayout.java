// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Size and limit of a shared receive queue ({@code struct ibv_srq_attr}). */
public final class SharedReceiveQueueAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("max_wr"),
        ValueLayout.JAVA_INT.withName("max_sge"),
        ValueLayout.JAVA_INT.withName("srq_limit")).withName("ibv_srq_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code max_wr}, 32 bits: requests the queue can hold. */
    public static final int REQUESTS = Fields.offset(LAYOUT, "max_wr");
    /** {@code max_sge}, 32 bits: local buffers a request may name. */
    public static final int ELEMENTS = Fields.offset(LAYOUT, "max_sge");
    /** {@code srq_limit}, 32 bits: number of requests below which an event follows; 0 for no event. */
    public static final int LIMIT = Fields.offset(LAYOUT, "srq_limit");

    private SharedReceiveQueueAttributesLayout() {
    }
}
