// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.spi.constants.QueuePairStates;

/**
 * State of a reliable connection's queue pair.
 *
 * <p>SEND_QUEUE_ERROR does not exist here: on a reliable connection every error of a send ends in ERROR
 * ({@code ibv_modify_qp(3)}).
 */
public enum ConnectionState {

    /** Just created or reset: nothing can be posted. */
    RESET(QueuePairStates.RESET),
    /** Receives can be posted; packets are dropped. */
    INIT(QueuePairStates.INIT),
    /** The responder works. */
    READY_TO_RECEIVE(QueuePairStates.READY_TO_RECEIVE),
    /** Requester and responder work. */
    READY_TO_SEND(QueuePairStates.READY_TO_SEND),
    /** As ready to send, but no request is begun. */
    SEND_QUEUE_DRAIN(QueuePairStates.SEND_QUEUE_DRAIN),
    /** Mute: packets are dropped, every request posted completes as flushed. */
    ERROR(QueuePairStates.ERROR);

    private final int value;

    ConnectionState(final int value) {
        this.value = value;
    }

    /**
     * The C constant.
     *
     * @return its value in {@code enum ibv_qp_state}.
     */
    public int value() {
        return value;
    }

    /**
     * Names a state for messages.
     *
     * @param value a value of {@code enum ibv_qp_state}, or any other number.
     * @return the state's name, or the number when no queue pair of this device is ever in such a state.
     */
    public static String nameOf(final int value) {
        for (final ConnectionState state : values()) {
            if (state.value == value) {
                return state.name();
            }
        }
        return value == QueuePairStates.SEND_QUEUE_ERROR ? "SEND_QUEUE_ERROR" : "unknown state " + value;
    }

    /**
     * Whether send requests can be posted; those posted in ERROR complete as flushed.
     *
     * @return false in RESET, INIT and READY_TO_RECEIVE.
     */
    public boolean acceptsSends() {
        return this == READY_TO_SEND || this == SEND_QUEUE_DRAIN || this == ERROR;
    }

    /**
     * Whether receives can be posted; those posted in ERROR complete as flushed.
     *
     * @return false in RESET.
     */
    public boolean acceptsReceives() {
        return this != RESET;
    }

    boolean responds() {
        return this == READY_TO_RECEIVE || requests();
    }

    boolean requests() {
        return this == READY_TO_SEND || this == SEND_QUEUE_DRAIN;
    }
}
