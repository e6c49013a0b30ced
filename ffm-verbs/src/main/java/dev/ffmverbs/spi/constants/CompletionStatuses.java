// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** How a work request ended ({@code enum ibv_wc_status}). */
public final class CompletionStatuses {

    /** {@code IBV_WC_SUCCESS}: the request succeeded. */
    public static final int SUCCESS = 0;
    /** {@code IBV_WC_LOC_LEN_ERR}: a receive is too small for the message, or a message too long for the queue pair. */
    public static final int LOCAL_LENGTH_ERROR = 1;
    /** {@code IBV_WC_LOC_QP_OP_ERR}: the queue pair cannot do this, for example a READ with {@code max_rd_atomic} 0. */
    public static final int LOCAL_QUEUE_PAIR_OPERATION_ERROR = 2;
    /** {@code IBV_WC_LOC_EEC_OP_ERR}: the end-to-end context detected an internal inconsistency. */
    public static final int LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR = 3;
    /** {@code IBV_WC_LOC_PROT_ERR}: a scatter / gather element has a wrong key or range, or lacks the access right. */
    public static final int LOCAL_PROTECTION_ERROR = 4;
    /** {@code IBV_WC_WR_FLUSH_ERR}: the queue pair went to ERROR before the request was processed. */
    public static final int WORK_REQUEST_FLUSHED = 5;
    /** {@code IBV_WC_MW_BIND_ERR}: a memory window could not be bound. */
    public static final int MEMORY_WINDOW_BIND_ERROR = 6;
    /** {@code IBV_WC_BAD_RESP_ERR}: the peer's response does not match the request. */
    public static final int BAD_RESPONSE = 7;
    /**
     * {@code IBV_WC_LOC_ACCESS_ERR}: a protection error on a local buffer during a WRITE with immediate data.
     */
    public static final int LOCAL_ACCESS_ERROR = 8;
    /** {@code IBV_WC_REM_INV_REQ_ERR}: the peer refused the request. */
    public static final int REMOTE_INVALID_REQUEST = 9;
    /** {@code IBV_WC_REM_ACCESS_ERR}: the peer refused access to its memory. */
    public static final int REMOTE_ACCESS_ERROR = 10;
    /** {@code IBV_WC_REM_OP_ERR}: the peer could not complete the operation. */
    public static final int REMOTE_OPERATION_ERROR = 11;
    /** {@code IBV_WC_RETRY_EXC_ERR}: the peer answered none of the retransmissions. */
    public static final int RETRY_EXCEEDED = 12;
    /** {@code IBV_WC_RNR_RETRY_EXC_ERR}: the peer had no receive posted at any retry. */
    public static final int RECEIVER_NOT_READY_RETRY_EXCEEDED = 13;
    /** {@code IBV_WC_LOC_RDD_VIOL_ERR}: reliable datagram domains do not match. */
    public static final int LOCAL_RDD_VIOLATION = 14;
    /** {@code IBV_WC_REM_INV_RD_REQ_ERR}: the peer refused a reliable datagram request. */
    public static final int REMOTE_INVALID_RD_REQUEST = 15;
    /** {@code IBV_WC_REM_ABORT_ERR}: the peer aborted the operation. */
    public static final int REMOTE_ABORTED = 16;
    /** {@code IBV_WC_INV_EECN_ERR}: the end-to-end context does not exist. */
    public static final int INVALID_END_TO_END_CONTEXT_NUMBER = 17;
    /** {@code IBV_WC_INV_EEC_STATE_ERR}: the end-to-end context is in the wrong state. */
    public static final int INVALID_END_TO_END_CONTEXT_STATE = 18;
    /** {@code IBV_WC_FATAL_ERR}: the device failed. */
    public static final int FATAL = 19;
    /** {@code IBV_WC_RESP_TIMEOUT_ERR}: the peer did not respond in time. */
    public static final int RESPONSE_TIMEOUT = 20;
    /** {@code IBV_WC_GENERAL_ERR}: any other error. */
    public static final int GENERAL_ERROR = 21;
    /** {@code IBV_WC_TM_ERR}: tag matching failed. */
    public static final int TAG_MATCHING_ERROR = 22;
    /** {@code IBV_WC_TM_RNDV_INCOMPLETE}: a rendezvous was left to software. */
    public static final int TAG_MATCHING_RENDEZVOUS_INCOMPLETE = 23;

    private CompletionStatuses() {
    }
}
