// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.spi.constants.QueuePairStates;

/**
 * State of a queue pair.
 *
 * <p>SEND_QUEUE_ERROR does not exist here. On a reliable connection every send error leads to ERROR ({@code
 * ibv_modify_qp(3)}). On the other services it does so here as in Linux rxe.
 */
public enum ConnectionState {

    /** Just created or reset. Nothing can be posted. */
    RESET(QueuePairStates.RESET),
    /** Receives can be posted. Packets are dropped. */
    INIT(QueuePairStates.INIT),
    /** The responder runs. */
    READY_TO_RECEIVE(QueuePairStates.READY_TO_RECEIVE),
    /** Requester and responder run. */
    READY_TO_SEND(QueuePairStates.READY_TO_SEND),
    /** Like ready to send, but no new request is started. */
    SEND_QUEUE_DRAIN(QueuePairStates.SEND_QUEUE_DRAIN),
    /** The queue pair is silent. Packets are dropped, and every posted request completes as flushed. */
    ERROR(QueuePairStates.ERROR);

    private final int value;

    ConnectionState(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code enum ibv_qp_state}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns whether send requests can be posted. Requests posted in ERROR complete as flushed.
     *
     * @return false in RESET, INIT and READY_TO_RECEIVE.
     */
    public boolean acceptsSends() {
        return this == READY_TO_SEND || this == SEND_QUEUE_DRAIN || this == ERROR;
    }

    /**
     * Returns whether receives can be posted. Receives posted in ERROR complete as flushed.
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
