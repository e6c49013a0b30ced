// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * How a work request ended ({@code enum ibv_wc_status}).
 *
 * <p>Only {@link #SUCCESS} makes opcode, length and immediate data of a completion valid.
 */
public enum WorkCompletionStatus {

    /** It succeeded. */
    SUCCESS(0),

    /** Local buffers too small for what arrived, or a message too long for the queue pair. */
    LOCAL_LENGTH_ERROR(1),

    /** The queue pair met an internal inconsistency. */
    LOCAL_QUEUE_PAIR_OPERATION_ERROR(2),

    /** The end-to-end context met an internal inconsistency. */
    LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR(3),

    /** A scatter / gather element names memory that is not registered so: wrong lkey, range or rights. */
    LOCAL_PROTECTION_ERROR(4),

    /** The queue pair went to ERROR before this request was processed. */
    WORK_REQUEST_FLUSHED(5),

    /** A memory window could not be bound. */
    MEMORY_WINDOW_BIND_ERROR(6),

    /** The peer answered with something unexpected. */
    BAD_RESPONSE(7),

    /** A protection error on a local buffer while a WRITE with immediate data arrived. */
    LOCAL_ACCESS_ERROR(8),

    /** The peer refused the request: not allowed on its queue pair, too long, or misaligned. */
    REMOTE_INVALID_REQUEST(9),

    /** The peer's memory may not be accessed so: wrong rkey, range or rights. */
    REMOTE_ACCESS_ERROR(10),

    /** The peer could not complete the operation. */
    REMOTE_OPERATION_ERROR(11),

    /** The peer did not answer {@code retryCount} retransmissions: gone, or it does not know this queue pair. */
    RETRY_EXCEEDED(12),

    /** The peer had no receive posted in {@code rnrRetryCount} tries. */
    RECEIVER_NOT_READY_RETRY_EXCEEDED(13),

    /** Reliable datagram domains do not match. */
    LOCAL_RDD_VIOLATION(14),

    /** The peer refused a reliable datagram request. */
    REMOTE_INVALID_RD_REQUEST(15),

    /** The peer aborted the operation. */
    REMOTE_ABORTED(16),

    /** There is no such end-to-end context. */
    INVALID_END_TO_END_CONTEXT_NUMBER(17),

    /** The end-to-end context is in the wrong state. */
    INVALID_END_TO_END_CONTEXT_STATE(18),

    /** The device failed. */
    FATAL(19),

    /** The peer did not respond in time. */
    RESPONSE_TIMEOUT(20),

    /** Any other error. */
    GENERAL_ERROR(21),

    /** Tag matching failed. */
    TAG_MATCHING_ERROR(22),

    /** A rendezvous was left to software. */
    TAG_MATCHING_RENDEZVOUS_INCOMPLETE(23);

    private final int value;

    WorkCompletionStatus(final int value) {
        this.value = value;
    }

    /**
     * The C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * The constant of a value.
     *
     * @param value a value of {@code enum ibv_wc_status}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static WorkCompletionStatus of(final int value) {
        return switch (value) {
            case 0 -> SUCCESS;
            case 1 -> LOCAL_LENGTH_ERROR;
            case 2 -> LOCAL_QUEUE_PAIR_OPERATION_ERROR;
            case 3 -> LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR;
            case 4 -> LOCAL_PROTECTION_ERROR;
            case 5 -> WORK_REQUEST_FLUSHED;
            case 6 -> MEMORY_WINDOW_BIND_ERROR;
            case 7 -> BAD_RESPONSE;
            case 8 -> LOCAL_ACCESS_ERROR;
            case 9 -> REMOTE_INVALID_REQUEST;
            case 10 -> REMOTE_ACCESS_ERROR;
            case 11 -> REMOTE_OPERATION_ERROR;
            case 12 -> RETRY_EXCEEDED;
            case 13 -> RECEIVER_NOT_READY_RETRY_EXCEEDED;
            case 14 -> LOCAL_RDD_VIOLATION;
            case 15 -> REMOTE_INVALID_RD_REQUEST;
            case 16 -> REMOTE_ABORTED;
            case 17 -> INVALID_END_TO_END_CONTEXT_NUMBER;
            case 18 -> INVALID_END_TO_END_CONTEXT_STATE;
            case 19 -> FATAL;
            case 20 -> RESPONSE_TIMEOUT;
            case 21 -> GENERAL_ERROR;
            case 22 -> TAG_MATCHING_ERROR;
            case 23 -> TAG_MATCHING_RENDEZVOUS_INCOMPLETE;
            default -> throw new IllegalArgumentException("enum ibv_wc_status has no value " + value);
        };
    }
}
