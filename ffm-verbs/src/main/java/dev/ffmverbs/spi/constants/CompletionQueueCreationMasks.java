// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Masks for the optional fields of {@code struct ibv_cq_init_attr_ex} ({@code enum ibv_cq_init_attr_mask}). */
public final class CompletionQueueCreationMasks {

    /** {@code IBV_CQ_INIT_ATTR_MASK_FLAGS}: {@code flags}. */
    public static final int FLAGS = 1;
    /** {@code IBV_CQ_INIT_ATTR_MASK_PD}: {@code parent_domain}. */
    public static final int PARENT_DOMAIN = 1 << 1;

    private CompletionQueueCreationMasks() {
    }
}
