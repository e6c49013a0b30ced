// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Masks for the attributes of a shared receive queue ({@code enum ibv_srq_attr_mask}). */
public final class SharedReceiveQueueFlags {

    /** {@code IBV_SRQ_MAX_WR}: {@code max_wr}. */
    public static final int MAXIMUM_REQUESTS = 1;
    /** {@code IBV_SRQ_LIMIT}: {@code srq_limit}. */
    public static final int LIMIT = 1 << 1;

    private SharedReceiveQueueFlags() {
    }
}
