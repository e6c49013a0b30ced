// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.QueuePairStates;

/** State of a queue pair ({@code enum ibv_qp_state}). */
public enum QueuePairState {

    /** Created or reset. Nothing can be posted. */
    RESET(QueuePairStates.RESET),

    /** Receives can be posted, but none is processed yet. */
    INIT(QueuePairStates.INIT),

    /** Receives are processed, and so are peers' READ, WRITE and atomic requests. */
    READY_TO_RECEIVE(QueuePairStates.READY_TO_RECEIVE),

    /** Sends are processed as well. The queue pair is fully operational. */
    READY_TO_SEND(QueuePairStates.READY_TO_SEND),

    /** Sends that have started are finished. The others wait. */
    SEND_QUEUE_DRAIN(QueuePairStates.SEND_QUEUE_DRAIN),

    /** A send failed on an unreliable queue pair. Receives continue. */
    SEND_QUEUE_ERROR(QueuePairStates.SEND_QUEUE_ERROR),

    /** Nothing is processed. Every posted request completes as flushed. */
    ERROR(QueuePairStates.ERROR),

    /** The device does not report its state, or one that this version does not know. */
    UNKNOWN(QueuePairStates.UNKNOWN);

    private final int value;

    QueuePairState(final int value) {
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
     * @param value a value of {@code enum ibv_qp_state}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static QueuePairState of(final int value) {
        return switch (value) {
            case QueuePairStates.RESET -> RESET;
            case QueuePairStates.INIT -> INIT;
            case QueuePairStates.READY_TO_RECEIVE -> READY_TO_RECEIVE;
            case QueuePairStates.READY_TO_SEND -> READY_TO_SEND;
            case QueuePairStates.SEND_QUEUE_DRAIN -> SEND_QUEUE_DRAIN;
            case QueuePairStates.SEND_QUEUE_ERROR -> SEND_QUEUE_ERROR;
            case QueuePairStates.ERROR -> ERROR;
            default -> UNKNOWN;
        };
    }
}
