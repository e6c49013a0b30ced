// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * Operations of a completion queue that is read in place ({@code struct ibv_cq_ex}, {@code ibv_create_cq_ex(3)}).
 *
 * <p>The provider may hold a lock between a {@link #startPoll} that returned 0 and {@link #endPoll}. One thread makes
 * the whole sequence of calls, and none of them may block.
 */
public interface ExtendedCompletionQueueOperations extends CompletionQueueOperations {

    /**
     * Starts to read and moves to the first completion ({@code ibv_start_poll}).
     *
     * @return 0, or {@code ENOENT} when the queue is empty; {@link #endPoll} must not be called in that case.
     */
    int startPoll();

    /**
     * Moves to the next completion ({@code ibv_next_poll}).
     *
     * @return 0, or {@code ENOENT} when there is no further completion.
     */
    int nextPoll();

    /** Ends reading ({@code ibv_end_poll}). */
    void endPoll();

    /**
     * Returns the completion's work request identifier ({@code ibv_cq_ex.wr_id}).
     *
     * @return the number set when the request was posted.
     */
    long workRequestId();

    /**
     * Returns the completion's status ({@code ibv_cq_ex.status}).
     *
     * @return the C constant of {@code enum ibv_wc_status}.
     */
    int status();

    /**
     * Returns the operation that completed ({@code ibv_wc_read_opcode}).
     *
     * @return the C constant of {@code enum ibv_wc_opcode}.
     */
    int opcode();

    /**
     * Returns how many bytes were received or read ({@code ibv_wc_read_byte_len}).
     *
     * @return the length in bytes.
     */
    int byteLength();

    /**
     * Returns the immediate data received ({@code ibv_wc_read_imm_data}), or the key that the peer invalidated ({@code
     * ibv_wc_read_invalidated_rkey}).
     *
     * @return the data in network byte order, or the key in host byte order.
     */
    int immediateData();

    /**
     * Returns the number of the local queue pair ({@code ibv_wc_read_qp_num}).
     *
     * @return the 24-bit number.
     */
    int queuePairNumber();

    /**
     * Returns the number of the queue pair that sent a datagram ({@code ibv_wc_read_src_qp}).
     *
     * @return the 24-bit number.
     */
    default int sourceQueuePairNumber() {
        return 0;
    }

    /**
     * Returns the LID of the port that sent a datagram ({@code ibv_wc_read_slid}). Called only if the queue was created
     * with the field, as the following six.
     *
     * @return the LID, 0 on Ethernet.
     */
    default int sourceLocalIdentifier() {
        return 0;
    }

    /**
     * Returns the service level of a datagram ({@code ibv_wc_read_sl}).
     *
     * @return 0 to 15.
     */
    default int serviceLevel() {
        return 0;
    }

    /**
     * Returns the path bits of the LID that a datagram was sent to ({@code ibv_wc_read_dlid_path_bits}).
     *
     * @return 0 to 127.
     */
    default int destinationPathBits() {
        return 0;
    }

    /**
     * Returns the device's clock at the completion ({@code ibv_wc_read_completion_ts}).
     *
     * @return the clock, as an unsigned number.
     */
    default long completionTimestamp() {
        return 0;
    }

    /**
     * Returns the time of day of the completion ({@code ibv_wc_read_completion_wallclock_ns}).
     *
     * @return nanoseconds since 1970.
     */
    default long wallclockTimestampNs() {
        return 0;
    }

    /**
     * Returns the customer VLAN of a raw packet ({@code ibv_wc_read_cvlan}).
     *
     * @return 16 bits.
     */
    default int customerVlan() {
        return 0;
    }

    /**
     * Returns the tag of the flow of a raw packet ({@code ibv_wc_read_flow_tag}).
     *
     * @return 24 bits.
     */
    default int flowTag() {
        return 0;
    }

    /**
     * Returns the flags of the completion ({@code ibv_wc_read_wc_flags}).
     *
     * @return {@code IBV_WC_*} flags.
     */
    int flags();

    /**
     * Returns the vendor's error code ({@code ibv_wc_read_vendor_err}).
     *
     * @return a number defined by the vendor, 0 when there was no error.
     */
    int vendorError();
}
