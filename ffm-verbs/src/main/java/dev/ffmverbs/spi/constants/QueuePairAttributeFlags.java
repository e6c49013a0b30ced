// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Masks for the attributes of a queue pair ({@code enum ibv_qp_attr_mask}). */
public final class QueuePairAttributeFlags {

    /** {@code IBV_QP_STATE}: {@code qp_state}. */
    public static final int STATE = 1;
    /** {@code IBV_QP_CUR_STATE}: {@code cur_qp_state}. */
    public static final int CURRENT_STATE = 1 << 1;
    /** {@code IBV_QP_EN_SQD_ASYNC_NOTIFY}: {@code en_sqd_async_notify}. */
    public static final int NOTIFY_WHEN_DRAINED = 1 << 2;
    /** {@code IBV_QP_ACCESS_FLAGS}: {@code qp_access_flags}. */
    public static final int ACCESS_FLAGS = 1 << 3;
    /** {@code IBV_QP_PKEY_INDEX}: {@code pkey_index}. */
    public static final int PARTITION_KEY_INDEX = 1 << 4;
    /** {@code IBV_QP_PORT}: {@code port_num}. */
    public static final int PORT = 1 << 5;
    /** {@code IBV_QP_QKEY}: {@code qkey}. */
    public static final int QUEUE_KEY = 1 << 6;
    /** {@code IBV_QP_AV}: {@code ah_attr}. */
    public static final int ADDRESS = 1 << 7;
    /** {@code IBV_QP_PATH_MTU}: {@code path_mtu}. */
    public static final int PATH_MTU = 1 << 8;
    /** {@code IBV_QP_TIMEOUT}: {@code timeout}. */
    public static final int TIMEOUT = 1 << 9;
    /** {@code IBV_QP_RETRY_CNT}: {@code retry_cnt}. */
    public static final int RETRY_COUNT = 1 << 10;
    /** {@code IBV_QP_RNR_RETRY}: {@code rnr_retry}. */
    public static final int RNR_RETRY_COUNT = 1 << 11;
    /** {@code IBV_QP_RQ_PSN}: {@code rq_psn}. */
    public static final int RECEIVE_PACKET_SEQUENCE_NUMBER = 1 << 12;
    /** {@code IBV_QP_MAX_QP_RD_ATOMIC}: {@code max_rd_atomic}. */
    public static final int MAXIMUM_OUTGOING_READS = 1 << 13;
    /** {@code IBV_QP_ALT_PATH}: {@code alt_ah_attr} and what belongs to it. */
    public static final int ALTERNATE_PATH = 1 << 14;
    /** {@code IBV_QP_MIN_RNR_TIMER}: {@code min_rnr_timer}. */
    public static final int MINIMUM_RNR_TIMER = 1 << 15;
    /** {@code IBV_QP_SQ_PSN}: {@code sq_psn}. */
    public static final int SEND_PACKET_SEQUENCE_NUMBER = 1 << 16;
    /** {@code IBV_QP_MAX_DEST_RD_ATOMIC}: {@code max_dest_rd_atomic}. */
    public static final int MAXIMUM_INCOMING_READS = 1 << 17;
    /** {@code IBV_QP_PATH_MIG_STATE}: {@code path_mig_state}. */
    public static final int PATH_MIGRATION_STATE = 1 << 18;
    /** {@code IBV_QP_CAP}: {@code cap}. */
    public static final int CAPACITIES = 1 << 19;
    /** {@code IBV_QP_DEST_QPN}: {@code dest_qp_num}. */
    public static final int DESTINATION_QUEUE_PAIR = 1 << 20;
    /** {@code IBV_QP_RATE_LIMIT}: {@code rate_limit}. */
    public static final int RATE_LIMIT = 1 << 25;

    private static final String[] NAMES = {
        "IBV_QP_STATE", "IBV_QP_CUR_STATE", "IBV_QP_EN_SQD_ASYNC_NOTIFY", "IBV_QP_ACCESS_FLAGS", "IBV_QP_PKEY_INDEX",
        "IBV_QP_PORT", "IBV_QP_QKEY", "IBV_QP_AV", "IBV_QP_PATH_MTU", "IBV_QP_TIMEOUT", "IBV_QP_RETRY_CNT",
        "IBV_QP_RNR_RETRY", "IBV_QP_RQ_PSN", "IBV_QP_MAX_QP_RD_ATOMIC", "IBV_QP_ALT_PATH", "IBV_QP_MIN_RNR_TIMER",
        "IBV_QP_SQ_PSN", "IBV_QP_MAX_DEST_RD_ATOMIC", "IBV_QP_PATH_MIG_STATE", "IBV_QP_CAP", "IBV_QP_DEST_QPN",
        "_IBV_QP_SMAC", "_IBV_QP_ALT_SMAC", "_IBV_QP_VID", "_IBV_QP_ALT_VID", "IBV_QP_RATE_LIMIT"};

    private QueuePairAttributeFlags() {
    }

    /**
     * Names flags for messages.
     *
     * @param flags any of these flags, or others.
     * @return their names, joined by {@code |}; flags without a name as numbers, and 0 when no flag is set.
     */
    public static String describe(final int flags) {
        return FlagText.of(flags, NAMES);
    }
}
