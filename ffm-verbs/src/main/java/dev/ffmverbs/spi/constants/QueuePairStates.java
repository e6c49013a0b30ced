// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** State of a queue pair ({@code enum ibv_qp_state}). */
public final class QueuePairStates {

    /** {@code IBV_QPS_RESET}: created or reset; nothing can be posted. */
    public static final int RESET = 0;
    /** {@code IBV_QPS_INIT}: receives can be posted; packets are dropped. */
    public static final int INIT = 1;
    /** {@code IBV_QPS_RTR}: incoming requests are processed. */
    public static final int READY_TO_RECEIVE = 2;
    /** {@code IBV_QPS_RTS}: sends are processed as well. */
    public static final int READY_TO_SEND = 3;
    /** {@code IBV_QPS_SQD}: sends that have started are finished, the others wait. */
    public static final int SEND_QUEUE_DRAIN = 4;
    /** {@code IBV_QPS_SQE}: a send failed on an unreliable queue pair. */
    public static final int SEND_QUEUE_ERROR = 5;
    /** {@code IBV_QPS_ERR}: nothing is processed; every posted request completes as flushed. */
    public static final int ERROR = 6;
    /** {@code IBV_QPS_UNKNOWN}: the device does not report its state. */
    public static final int UNKNOWN = 7;

    private static final String[] NAMES = {
        "RESET", "INIT", "READY_TO_RECEIVE", "READY_TO_SEND", "SEND_QUEUE_DRAIN", "SEND_QUEUE_ERROR", "ERROR",
        "UNKNOWN"};

    private QueuePairStates() {
    }

    /**
     * Names a state for messages.
     *
     * @param state one of these states, or another number.
     * @return the name of the constant here, or the number when there is none.
     */
    public static String name(final int state) {
        return state >= 0 && state < NAMES.length ? NAMES[state] : Integer.toString(state);
    }
}
