// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Syndrome;

/** How a work request ended: values of {@code enum ibv_wc_status} that this device gives. */
public final class CompletionStatus {

    /** It succeeded. */
    public static final int SUCCESS = 0;
    /** A receive was too small for the message. */
    public static final int LOCAL_LENGTH_ERROR = 1;
    /** The queue pair cannot do this, for example READ with {@code max_rd_atomic} 0. */
    public static final int LOCAL_QUEUE_PAIR_OPERATION_ERROR = 2;
    /** A scatter / gather element names memory that is not registered so. */
    public static final int LOCAL_PROTECTION_ERROR = 4;
    /** The queue pair went to ERROR first. */
    public static final int FLUSHED = 5;
    /** The peer's answer does not fit the request, for example because its path MTU is another one. */
    public static final int BAD_RESPONSE = 7;
    /** The peer refused the request. */
    public static final int REMOTE_INVALID_REQUEST = 9;
    /** The peer's memory may not be accessed so. */
    public static final int REMOTE_ACCESS_ERROR = 10;
    /** The peer failed. */
    public static final int REMOTE_OPERATION_ERROR = 11;
    /** The peer did not answer any of the tries. */
    public static final int RETRY_EXCEEDED = 12;
    /** The peer had no receive at any of the tries. */
    public static final int RECEIVER_NOT_READY_RETRY_EXCEEDED = 13;

    private CompletionStatus() {
    }

    /** The status of a request that was answered with a NAK other than a sequence error. */
    static int ofNak(final int syndrome) {
        return switch (syndrome) {
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> REMOTE_ACCESS_ERROR;
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> REMOTE_OPERATION_ERROR;
            default -> REMOTE_INVALID_REQUEST;
        };
    }
}
