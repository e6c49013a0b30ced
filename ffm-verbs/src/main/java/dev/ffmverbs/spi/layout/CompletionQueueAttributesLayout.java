// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Attributes of a completion queue that can be changed ({@code struct ibv_modify_cq_attr}). */
public final class CompletionQueueAttributesLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("attr_mask"),
        MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("cq_count"),
            ValueLayout.JAVA_SHORT.withName("cq_period")).withName("moderate")).withName("ibv_modify_cq_attr");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code attr_mask}, 32 bits: any of {@link dev.ffmverbs.spi.constants.CompletionQueueAttributeFlags}. */
    public static final int MASK = Fields.offset(LAYOUT, "attr_mask");
    /** {@code moderate.cq_count}, 16 bits: completions that an announcement waits for. */
    public static final int MODERATION_COUNT = Fields.offset(LAYOUT, "moderate", "cq_count");
    /** {@code moderate.cq_period}, 16 bits: microseconds that it waits at most. */
    public static final int MODERATION_PERIOD = Fields.offset(LAYOUT, "moderate", "cq_period");

    private CompletionQueueAttributesLayout() {
    }

    /**
     * Describes the attributes for messages.
     *
     * @param attributes memory that begins with this structure.
     * @return the fields by their C names.
     */
    public static String describe(final MemorySegment attributes) {
        return "attr_mask=0x" + Integer.toHexString(attributes.get(ValueLayout.JAVA_INT, MASK))
            + ", cq_count=" + Short.toUnsignedInt(attributes.get(ValueLayout.JAVA_SHORT, MODERATION_COUNT))
            + ", cq_period=" + Short.toUnsignedInt(attributes.get(ValueLayout.JAVA_SHORT, MODERATION_PERIOD));
    }
}
