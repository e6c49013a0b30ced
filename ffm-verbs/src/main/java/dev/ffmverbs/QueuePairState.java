// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** State of a queue pair ({@code enum ibv_qp_state}). */
public enum QueuePairState {

    /** Just created or reset: nothing can be posted. */
    RESET(0),

    /** Receives can be posted; none is processed yet. */
    INIT(1),

    /** Receives, and peers' READ, WRITE and atomic requests, are processed. */
    READY_TO_RECEIVE(2),

    /** Sends are processed as well: fully operational. */
    READY_TO_SEND(3),

    /** Sends begun are finished, others wait. */
    SEND_QUEUE_DRAIN(4),

    /** A send failed on an unreliable queue pair; receives go on. */
    SEND_QUEUE_ERROR(5),

    /** Nothing is processed; every posted request completes as flushed. */
    ERROR(6),

    /** The device does not tell. */
    UNKNOWN(7);

    private final int value;

    QueuePairState(final int value) {
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
     * @param value a value of {@code enum ibv_qp_state}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static QueuePairState of(final int value) {
        return switch (value) {
            case 0 -> RESET;
            case 1 -> INIT;
            case 2 -> READY_TO_RECEIVE;
            case 3 -> READY_TO_SEND;
            case 4 -> SEND_QUEUE_DRAIN;
            case 5 -> SEND_QUEUE_ERROR;
            case 6 -> ERROR;
            case 7 -> UNKNOWN;
            default -> throw new IllegalArgumentException("enum ibv_qp_state has no value " + value);
        };
    }
}
