// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Optional fields of the completions of an extended completion queue ({@code enum ibv_create_cq_wc_flags}). */
public final class ExtendedCompletionFlags {

    /** {@code IBV_WC_EX_WITH_BYTE_LEN}: the number of bytes received or read. */
    public static final int BYTE_LENGTH = 1;
    /** {@code IBV_WC_EX_WITH_IMM}: immediate data. */
    public static final int IMMEDIATE_DATA = 1 << 1;
    /** {@code IBV_WC_EX_WITH_QP_NUM}: the local queue pair. */
    public static final int QUEUE_PAIR_NUMBER = 1 << 2;
    /** {@code IBV_WC_EX_WITH_SRC_QP}: the queue pair that sent a datagram. */
    public static final int SOURCE_QUEUE_PAIR = 1 << 3;

    private ExtendedCompletionFlags() {
    }
}
