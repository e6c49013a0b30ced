// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.CompletionStatuses;

/**
 * How a work request ended ({@code enum ibv_wc_status}).
 *
 * <p>The opcode, length and immediate data of a completion are valid only with {@link #SUCCESS}.
 */
public enum WorkCompletionStatus {

    /** The request succeeded. */
    SUCCESS(CompletionStatuses.SUCCESS),

    /** The local buffers are too small for the message received, or the message is too long for the queue pair. */
    LOCAL_LENGTH_ERROR(CompletionStatuses.LOCAL_LENGTH_ERROR),

    /** The queue pair detected an internal inconsistency. */
    LOCAL_QUEUE_PAIR_OPERATION_ERROR(CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR),

    /** The end-to-end context detected an internal inconsistency. */
    LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR(CompletionStatuses.LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR),

    /** A scatter / gather element has a wrong lkey, a range outside its region, or lacks the access right. */
    LOCAL_PROTECTION_ERROR(CompletionStatuses.LOCAL_PROTECTION_ERROR),

    /** The queue pair went to ERROR before this request was processed. */
    WORK_REQUEST_FLUSHED(CompletionStatuses.WORK_REQUEST_FLUSHED),

    /** A memory window could not be bound. */
    MEMORY_WINDOW_BIND_ERROR(CompletionStatuses.MEMORY_WINDOW_BIND_ERROR),

    /** The peer sent an unexpected response. */
    BAD_RESPONSE(CompletionStatuses.BAD_RESPONSE),

    /** A protection error occurred on a local buffer while a WRITE with immediate data was received. */
    LOCAL_ACCESS_ERROR(CompletionStatuses.LOCAL_ACCESS_ERROR),

    /** The peer refused the request because it is not allowed on its queue pair, too long, or misaligned. */
    REMOTE_INVALID_REQUEST(CompletionStatuses.REMOTE_INVALID_REQUEST),

    /** The peer refused access to its memory because of a wrong rkey, a range outside the region, or missing rights. */
    REMOTE_ACCESS_ERROR(CompletionStatuses.REMOTE_ACCESS_ERROR),

    /** The peer could not complete the operation. */
    REMOTE_OPERATION_ERROR(CompletionStatuses.REMOTE_OPERATION_ERROR),

    /** The peer answered none of {@code retryCount} retransmissions: it is gone, or does not know this queue pair. */
    RETRY_EXCEEDED(CompletionStatuses.RETRY_EXCEEDED),

    /** The peer had no receive posted in {@code rnrRetryCount} retries. */
    RECEIVER_NOT_READY_RETRY_EXCEEDED(CompletionStatuses.RECEIVER_NOT_READY_RETRY_EXCEEDED),

    /** Reliable datagram domains do not match. */
    LOCAL_RDD_VIOLATION(CompletionStatuses.LOCAL_RDD_VIOLATION),

    /** The peer refused a reliable datagram request. */
    REMOTE_INVALID_RD_REQUEST(CompletionStatuses.REMOTE_INVALID_RD_REQUEST),

    /** The peer aborted the operation. */
    REMOTE_ABORTED(CompletionStatuses.REMOTE_ABORTED),

    /** The end-to-end context does not exist. */
    INVALID_END_TO_END_CONTEXT_NUMBER(CompletionStatuses.INVALID_END_TO_END_CONTEXT_NUMBER),

    /** The end-to-end context is in the wrong state. */
    INVALID_END_TO_END_CONTEXT_STATE(CompletionStatuses.INVALID_END_TO_END_CONTEXT_STATE),

    /** The device failed. */
    FATAL(CompletionStatuses.FATAL),

    /** The peer did not respond in time. */
    RESPONSE_TIMEOUT(CompletionStatuses.RESPONSE_TIMEOUT),

    /** Any other error. */
    GENERAL_ERROR(CompletionStatuses.GENERAL_ERROR),

    /** Tag matching failed. */
    TAG_MATCHING_ERROR(CompletionStatuses.TAG_MATCHING_ERROR),

    /** A rendezvous was left to software. */
    TAG_MATCHING_RENDEZVOUS_INCOMPLETE(CompletionStatuses.TAG_MATCHING_RENDEZVOUS_INCOMPLETE);

    private final int value;

    WorkCompletionStatus(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_wc_status}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static WorkCompletionStatus of(final int value) {
        return switch (value) {
            case CompletionStatuses.SUCCESS -> SUCCESS;
            case CompletionStatuses.LOCAL_LENGTH_ERROR -> LOCAL_LENGTH_ERROR;
            case CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR -> LOCAL_QUEUE_PAIR_OPERATION_ERROR;
            case CompletionStatuses.LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR ->
                LOCAL_END_TO_END_CONTEXT_OPERATION_ERROR;
            case CompletionStatuses.LOCAL_PROTECTION_ERROR -> LOCAL_PROTECTION_ERROR;
            case CompletionStatuses.WORK_REQUEST_FLUSHED -> WORK_REQUEST_FLUSHED;
            case CompletionStatuses.MEMORY_WINDOW_BIND_ERROR -> MEMORY_WINDOW_BIND_ERROR;
            case CompletionStatuses.BAD_RESPONSE -> BAD_RESPONSE;
            case CompletionStatuses.LOCAL_ACCESS_ERROR -> LOCAL_ACCESS_ERROR;
            case CompletionStatuses.REMOTE_INVALID_REQUEST -> REMOTE_INVALID_REQUEST;
            case CompletionStatuses.REMOTE_ACCESS_ERROR -> REMOTE_ACCESS_ERROR;
            case CompletionStatuses.REMOTE_OPERATION_ERROR -> REMOTE_OPERATION_ERROR;
            case CompletionStatuses.RETRY_EXCEEDED -> RETRY_EXCEEDED;
            case CompletionStatuses.RECEIVER_NOT_READY_RETRY_EXCEEDED -> RECEIVER_NOT_READY_RETRY_EXCEEDED;
            case CompletionStatuses.LOCAL_RDD_VIOLATION -> LOCAL_RDD_VIOLATION;
            case CompletionStatuses.REMOTE_INVALID_RD_REQUEST -> REMOTE_INVALID_RD_REQUEST;
            case CompletionStatuses.REMOTE_ABORTED -> REMOTE_ABORTED;
            case CompletionStatuses.INVALID_END_TO_END_CONTEXT_NUMBER -> INVALID_END_TO_END_CONTEXT_NUMBER;
            case CompletionStatuses.INVALID_END_TO_END_CONTEXT_STATE -> INVALID_END_TO_END_CONTEXT_STATE;
            case CompletionStatuses.FATAL -> FATAL;
            case CompletionStatuses.RESPONSE_TIMEOUT -> RESPONSE_TIMEOUT;
            case CompletionStatuses.GENERAL_ERROR -> GENERAL_ERROR;
            case CompletionStatuses.TAG_MATCHING_ERROR -> TAG_MATCHING_ERROR;
            case CompletionStatuses.TAG_MATCHING_RENDEZVOUS_INCOMPLETE -> TAG_MATCHING_RENDEZVOUS_INCOMPLETE;
            default -> throw new IllegalArgumentException("enum ibv_wc_status has no value " + value);
        };
    }
}
