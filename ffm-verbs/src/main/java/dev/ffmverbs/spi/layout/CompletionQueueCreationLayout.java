// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** Creation parameters of an extended completion queue ({@code struct ibv_cq_init_attr_ex}). */
public final class CompletionQueueCreationLayout {

    /** The C structure. Its members have their C names. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
        ValueLayout.JAVA_INT.withName("cqe"),
        MemoryLayout.paddingLayout(4),
        ValueLayout.JAVA_LONG.withName("cq_context"),
        ValueLayout.JAVA_LONG.withName("channel"),
        ValueLayout.JAVA_INT.withName("comp_vector"),
        MemoryLayout.paddingLayout(4),
        ValueLayout.JAVA_LONG.withName("wc_flags"),
        ValueLayout.JAVA_INT.withName("comp_mask"),
        ValueLayout.JAVA_INT.withName("flags"),
        ValueLayout.JAVA_LONG.withName("parent_domain")).withName("ibv_cq_init_attr_ex");
    /** Size of the structure in bytes. */
    public static final long BYTES = LAYOUT.byteSize();

    /** {@code cqe}, 32 bits: completions the queue must be able to hold. */
    public static final int ENTRIES = Fields.offset(LAYOUT, "cqe");
    /** {@code channel}, 64 bits: address of the C structure, or 0; a provider over C sets it. */
    public static final int CHANNEL = Fields.offset(LAYOUT, "channel");
    /** {@code comp_vector}, 32 bits: interrupt vector, from 0. */
    public static final int COMPLETION_VECTOR = Fields.offset(LAYOUT, "comp_vector");
    /** {@code wc_flags}, 64 bits: any of {@link dev.ffmverbs.spi.constants.ExtendedCompletionFlags}. */
    public static final int FIELDS = Fields.offset(LAYOUT, "wc_flags");
    /** {@code comp_mask}, 32 bits: any of {@link dev.ffmverbs.spi.constants.CompletionQueueCreationMasks}. */
    public static final int PRESENT_FIELDS = Fields.offset(LAYOUT, "comp_mask");
    /** {@code flags}, 32 bits: any of {@link dev.ffmverbs.spi.constants.CompletionQueueCreationFlags}. */
    public static final int FLAGS = Fields.offset(LAYOUT, "flags");
    /** {@code parent_domain}, 64 bits: address of the C structure; a provider over C sets it. */
    public static final int PARENT_DOMAIN = Fields.offset(LAYOUT, "parent_domain");

    private CompletionQueueCreationLayout() {
    }
}
