// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Attributes of a completion queue that can be changed ({@code enum ibv_cq_attr_mask}). */
public final class CompletionQueueAttributeFlags {

    /** {@code IBV_CQ_ATTR_MODERATE}: how many completions, and how much time, an announcement waits for. */
    public static final int MODERATION = 1;

    private CompletionQueueAttributeFlags() {
    }
}
