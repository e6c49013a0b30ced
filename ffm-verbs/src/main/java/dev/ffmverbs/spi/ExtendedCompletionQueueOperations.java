// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * Operations of a completion queue that is read in place ({@code struct ibv_cq_ex}, {@code ibv_create_cq_ex(3)}).
 *
 * <p>Between a {@link #startPoll} that returned 0 and {@link #endPoll} the provider may hold a lock: one thread makes
 * the whole sequence, and no call in between may block.
 */
public interface ExtendedCompletionQueueOperations extends CompletionQueueOperations {

    /**
     * Begins to read and moves to the first completion ({@code ibv_start_poll}).
     *
     * @return 0; {@code ENOENT} when the queue is empty, then {@link #endPoll} must not be called.
     */
    int startPoll();

    /**
     * Moves to the next completion ({@code ibv_next_poll}).
     *
     * @return 0; {@code ENOENT} when there is no other.
     */
    int nextPoll();

    /** Ends reading ({@code ibv_end_poll}). */
    void endPoll();

    /**
     * The completion's work request identifier ({@code ibv_cq_ex.wr_id}).
     *
     * @return the number given when the request was posted.
     */
    long workRequestId();

    /**
     * The completion's status ({@code ibv_cq_ex.status}).
     *
     * @return the C constant of {@code enum ibv_wc_status}.
     */
    int status();

    /**
     * What was completed ({@code ibv_wc_read_opcode}).
     *
     * @return the C constant of {@code enum ibv_wc_opcode}.
     */
    int opcode();

    /**
     * Length of what was received or read ({@code ibv_wc_read_byte_len}).
     *
     * @return bytes.
     */
    int byteLength();

    /**
     * Immediate data received ({@code ibv_wc_read_imm_data}).
     *
     * @return the data in network byte order.
     */
    int immediateData();

    /**
     * The local queue pair's number ({@code ibv_wc_read_qp_num}).
     *
     * @return 24 bits.
     */
    int queuePairNumber();

    /**
     * Number of the queue pair a datagram came from ({@code ibv_wc_read_src_qp}).
     *
     * @return 24 bits.
     */
    default int sourceQueuePairNumber() {
        return 0;
    }

    /**
     * Flags of the completion ({@code ibv_wc_read_wc_flags}).
     *
     * @return {@code IBV_WC_*} flags.
     */
    int flags();

    /**
     * The provider's own error code ({@code ibv_wc_read_vendor_err}).
     *
     * @return 0 when there was no error.
     */
    int vendorError();
}
