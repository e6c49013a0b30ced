// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Masks for the optional fields of {@code struct ibv_qp_init_attr_ex} ({@code enum ibv_qp_init_attr_mask}). */
public final class QueuePairCreationFlags {

    /** {@code IBV_QP_INIT_ATTR_PD}: {@code pd}. */
    public static final int PROTECTION_DOMAIN = 1;
    /** {@code IBV_QP_INIT_ATTR_SEND_OPS_FLAGS}: {@code send_ops_flags}. */
    public static final int SEND_OPERATIONS = 1 << 6;

    private QueuePairCreationFlags() {
    }
}
