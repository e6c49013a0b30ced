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
    /** {@code IBV_WC_EX_WITH_SLID}: the LID of the port that sent a datagram. */
    public static final int SOURCE_LOCAL_IDENTIFIER = 1 << 4;
    /** {@code IBV_WC_EX_WITH_SL}: the service level of a datagram. */
    public static final int SERVICE_LEVEL = 1 << 5;
    /** {@code IBV_WC_EX_WITH_DLID_PATH_BITS}: the path bits of the LID that a datagram was sent to. */
    public static final int DESTINATION_PATH_BITS = 1 << 6;
    /** {@code IBV_WC_EX_WITH_COMPLETION_TIMESTAMP}: the device's clock at the completion. */
    public static final int COMPLETION_TIMESTAMP = 1 << 7;
    /** {@code IBV_WC_EX_WITH_CVLAN}: the customer VLAN of a raw packet. */
    public static final int CUSTOMER_VLAN = 1 << 8;
    /** {@code IBV_WC_EX_WITH_FLOW_TAG}: the tag of the flow that a raw packet belongs to. */
    public static final int FLOW_TAG = 1 << 9;
    /** {@code IBV_WC_EX_WITH_COMPLETION_TIMESTAMP_WALLCLOCK}: the time of day of the completion. */
    public static final int WALLCLOCK_TIMESTAMP = 1 << 11;

    private ExtendedCompletionFlags() {
    }
}
