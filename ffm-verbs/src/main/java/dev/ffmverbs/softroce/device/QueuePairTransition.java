// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;

/**
 * The changes of state that a reliable connection's queue pair can make, with the attributes each needs and allows, as
 * {@code ibv_modify_qp(3)} lists them.
 *
 * <p>It can go to RESET and to ERROR from every state, with no other attribute.
 */
enum QueuePairTransition {

    /** From RESET to INIT. */
    RESET_TO_INIT(QueuePairStates.RESET, QueuePairStates.INIT,
        QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
            | QueuePairAttributeFlags.ACCESS_FLAGS, 0),

    /** Within INIT. */
    INIT_TO_INIT(QueuePairStates.INIT, QueuePairStates.INIT, 0,
        QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
            | QueuePairAttributeFlags.ACCESS_FLAGS),

    /** From INIT to ready to receive. */
    INIT_TO_READY_TO_RECEIVE(QueuePairStates.INIT, QueuePairStates.READY_TO_RECEIVE,
        QueuePairAttributeFlags.ADDRESS | QueuePairAttributeFlags.PATH_MTU
            | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR
            | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER,
        QueuePairAttributeFlags.ACCESS_FLAGS | QueuePairAttributeFlags.PARTITION_KEY_INDEX),

    /** From ready to receive to ready to send. */
    READY_TO_RECEIVE_TO_READY_TO_SEND(QueuePairStates.READY_TO_RECEIVE, QueuePairStates.READY_TO_SEND,
        QueuePairAttributeFlags.TIMEOUT | QueuePairAttributeFlags.RETRY_COUNT | QueuePairAttributeFlags.RNR_RETRY_COUNT
            | QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS,
        QueuePairAttributeFlags.CURRENT_STATE | QueuePairAttributeFlags.ACCESS_FLAGS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER),

    /** Within ready to send. */
    READY_TO_SEND_TO_READY_TO_SEND(QueuePairStates.READY_TO_SEND, QueuePairStates.READY_TO_SEND, 0,
        QueuePairAttributeFlags.CURRENT_STATE | QueuePairAttributeFlags.ACCESS_FLAGS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER),

    /** From ready to send to send queue drain. */
    READY_TO_SEND_TO_DRAIN(QueuePairStates.READY_TO_SEND, QueuePairStates.SEND_QUEUE_DRAIN, 0,
        QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED),

    /** Within send queue drain. This device does not change the other attributes that the manual page allows there. */
    DRAIN_TO_DRAIN(QueuePairStates.SEND_QUEUE_DRAIN, QueuePairStates.SEND_QUEUE_DRAIN, 0,
        QueuePairAttributeFlags.CURRENT_STATE | QueuePairAttributeFlags.ACCESS_FLAGS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER),

    /** From send queue drain back to ready to send. */
    DRAIN_TO_READY_TO_SEND(QueuePairStates.SEND_QUEUE_DRAIN, QueuePairStates.READY_TO_SEND, 0,
        QueuePairAttributeFlags.CURRENT_STATE | QueuePairAttributeFlags.ACCESS_FLAGS
            | QueuePairAttributeFlags.MINIMUM_RNR_TIMER);

    private final int from;
    private final int to;
    private final int required;
    private final int optional;

    QueuePairTransition(final int from, final int to, final int required, final int optional) {
        this.from = from;
        this.to = to;
        this.required = required;
        this.optional = optional;
    }

    /**
     * Checks a change of state.
     *
     * @param from the current state, {@code enum ibv_qp_state}.
     * @param to   the state to change to.
     * @param mask {@code IBV_QP_*} flags of the attributes given.
     * @return a sentence that describes the error; null when the change is valid.
     */
    static String flaw(final int from, final int to, final int mask) {
        final int given = mask & ~QueuePairAttributeFlags.STATE;
        if (to == QueuePairStates.RESET
            || to == QueuePairStates.ERROR && from != QueuePairStates.RESET) {
            return attributeFlaw(given, 0, 0);
        }
        for (final QueuePairTransition transition : values()) {
            if (transition.from == from && transition.to == to) {
                return attributeFlaw(given, transition.required, transition.optional);
            }
        }
        return "a queue pair of a reliable connection cannot go from " + ConnectionState.nameOf(from) + " to "
            + ConnectionState.nameOf(to);
    }

    private static String attributeFlaw(final int given, final int required, final int optional) {
        final int missing = required & ~given;
        final int surplus = given & ~(required | optional);
        if (missing == 0 && surplus == 0) {
            return null;
        }
        return (missing == 0 ? "" : "it lacks " + list(missing))
            + (missing == 0 || surplus == 0 ? "" : "; ")
            + (surplus == 0 ? "" : "it must not have " + list(surplus));
    }

    private static String list(final int flags) {
        return QueuePairAttributeFlags.describe(flags).replace("|", ", ");
    }
}
