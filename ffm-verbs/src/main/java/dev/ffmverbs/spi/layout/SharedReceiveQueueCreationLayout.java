// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Creation parameters of a shared receive queue ({@code struct ibv_srq_init_attr}). */
public final class SharedReceiveQueueCreationLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_LONG.withName("srq_context"),
        SharedReceiveQueueAttributesLayout.LAYOUT.withName("attr"),
        MemoryLayout.paddingLayout(4)).withName("ibv_srq_init_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    private static final int ATTRIBUTES = Fields.offset(LAYOUT, "attr");

    private SharedReceiveQueueCreationLayout() {
    }

    /**
     * Returns the size of the queue, first as requested and then as granted ({@code attr}).
     *
     * @param structure memory that begins with this structure.
     * @return that part of the structure, laid out as in {@link SharedReceiveQueueAttributesLayout}.
     */
    public static MemorySegment attributes(final MemorySegment structure) {
        return structure.asSlice(ATTRIBUTES, SharedReceiveQueueAttributesLayout.BYTES);
    }
}
