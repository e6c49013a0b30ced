// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.ACCESS_FLAGS;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.ADDRESS;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.ALTERNATE_PATH;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.CURRENT_STATE;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.MAXIMUM_INCOMING_READS;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.MINIMUM_RNR_TIMER;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.NOTIFY_WHEN_DRAINED;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.PARTITION_KEY_INDEX;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.PATH_MIGRATION_STATE;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.PATH_MTU;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.PORT;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.QUEUE_KEY;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.RETRY_COUNT;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.RNR_RETRY_COUNT;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER;
import static dev.ffmverbs.spi.constants.QueuePairAttributeFlags.TIMEOUT;

import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The changes of state that a queue pair can make on InfiniBand and RoCE, with the attributes that each needs and
 * allows, by type of queue pair.
 *
 * <p>The manual page {@code ibv_modify_qp(3)} lists the attributes that are needed. IBTA 11.2.5.2 lists those that are
 * allowed as well, and the kernel checks both lists ({@code drivers/infiniband/core/verbs.c}, {@code qp_state_table}).
 * A queue pair can also go to RESET from every state, and to ERROR from every state but RESET, with no other attribute.
 * iWARP has other rules.
 */
// The checker does not see that a record of two numbers is immutable.
@SuppressWarnings("ImmutableEnumChecker")
public enum QueuePairTransition {

    /** From RESET to INIT. */
    RESET_TO_INIT(QueuePairStates.RESET, QueuePairStates.INIT,
        new Masks(PARTITION_KEY_INDEX | PORT | ACCESS_FLAGS, 0),
        new Masks(PARTITION_KEY_INDEX | PORT | ACCESS_FLAGS, 0),
        new Masks(PARTITION_KEY_INDEX | PORT | QUEUE_KEY, 0)),

    /** Within INIT. */
    INIT_TO_INIT(QueuePairStates.INIT, QueuePairStates.INIT,
        new Masks(0, PARTITION_KEY_INDEX | PORT | ACCESS_FLAGS),
        new Masks(0, PARTITION_KEY_INDEX | PORT | ACCESS_FLAGS),
        new Masks(0, PARTITION_KEY_INDEX | PORT | QUEUE_KEY)),

    /** From INIT to ready to receive. */
    INIT_TO_READY_TO_RECEIVE(QueuePairStates.INIT, QueuePairStates.READY_TO_RECEIVE,
        new Masks(ADDRESS | PATH_MTU | DESTINATION_QUEUE_PAIR | RECEIVE_PACKET_SEQUENCE_NUMBER
            | MAXIMUM_INCOMING_READS | MINIMUM_RNR_TIMER, ALTERNATE_PATH | ACCESS_FLAGS | PARTITION_KEY_INDEX),
        new Masks(ADDRESS | PATH_MTU | DESTINATION_QUEUE_PAIR | RECEIVE_PACKET_SEQUENCE_NUMBER,
            ALTERNATE_PATH | ACCESS_FLAGS | PARTITION_KEY_INDEX),
        new Masks(0, PARTITION_KEY_INDEX | QUEUE_KEY)),

    /** From ready to receive to ready to send. */
    READY_TO_RECEIVE_TO_READY_TO_SEND(QueuePairStates.READY_TO_RECEIVE, QueuePairStates.READY_TO_SEND,
        new Masks(TIMEOUT | RETRY_COUNT | RNR_RETRY_COUNT | SEND_PACKET_SEQUENCE_NUMBER | MAXIMUM_OUTGOING_READS,
            CURRENT_STATE | ALTERNATE_PATH | ACCESS_FLAGS | MINIMUM_RNR_TIMER | PATH_MIGRATION_STATE),
        new Masks(SEND_PACKET_SEQUENCE_NUMBER, CURRENT_STATE | ALTERNATE_PATH | ACCESS_FLAGS | PATH_MIGRATION_STATE),
        new Masks(SEND_PACKET_SEQUENCE_NUMBER, CURRENT_STATE | QUEUE_KEY)),

    /** Within ready to send. */
    READY_TO_SEND_TO_READY_TO_SEND(QueuePairStates.READY_TO_SEND, QueuePairStates.READY_TO_SEND,
        new Masks(0, CURRENT_STATE | ACCESS_FLAGS | ALTERNATE_PATH | PATH_MIGRATION_STATE | MINIMUM_RNR_TIMER),
        new Masks(0, CURRENT_STATE | ACCESS_FLAGS | ALTERNATE_PATH | PATH_MIGRATION_STATE),
        new Masks(0, CURRENT_STATE | QUEUE_KEY)),

    /** From ready to send to send queue drain. */
    READY_TO_SEND_TO_DRAIN(QueuePairStates.READY_TO_SEND, QueuePairStates.SEND_QUEUE_DRAIN,
        new Masks(0, NOTIFY_WHEN_DRAINED), new Masks(0, NOTIFY_WHEN_DRAINED), new Masks(0, NOTIFY_WHEN_DRAINED)),

    /** Within send queue drain. */
    DRAIN_TO_DRAIN(QueuePairStates.SEND_QUEUE_DRAIN, QueuePairStates.SEND_QUEUE_DRAIN,
        new Masks(0, PORT | ADDRESS | TIMEOUT | RETRY_COUNT | RNR_RETRY_COUNT | MAXIMUM_OUTGOING_READS
            | MAXIMUM_INCOMING_READS | ALTERNATE_PATH | ACCESS_FLAGS | PARTITION_KEY_INDEX | MINIMUM_RNR_TIMER
            | PATH_MIGRATION_STATE),
        new Masks(0, ADDRESS | ALTERNATE_PATH | ACCESS_FLAGS | PARTITION_KEY_INDEX | PATH_MIGRATION_STATE),
        new Masks(0, PARTITION_KEY_INDEX | QUEUE_KEY)),

    /** From send queue drain back to ready to send. */
    DRAIN_TO_READY_TO_SEND(QueuePairStates.SEND_QUEUE_DRAIN, QueuePairStates.READY_TO_SEND,
        new Masks(0, CURRENT_STATE | ALTERNATE_PATH | ACCESS_FLAGS | MINIMUM_RNR_TIMER | PATH_MIGRATION_STATE),
        new Masks(0, CURRENT_STATE | ALTERNATE_PATH | ACCESS_FLAGS | PATH_MIGRATION_STATE),
        new Masks(0, CURRENT_STATE | QUEUE_KEY)),

    /** From send queue error back to ready to send. A reliable connection is never in this state. */
    SEND_QUEUE_ERROR_TO_READY_TO_SEND(QueuePairStates.SEND_QUEUE_ERROR, QueuePairStates.READY_TO_SEND,
        null, new Masks(0, CURRENT_STATE | ACCESS_FLAGS), new Masks(0, CURRENT_STATE | QUEUE_KEY));

    private final int from;
    private final int to;
    private final Masks reliableConnection;
    private final Masks unreliableConnection;
    private final Masks datagram;

    QueuePairTransition(
        final int from, final int to, final Masks reliableConnection, final Masks unreliableConnection,
        final Masks datagram) {
        this.from = from;
        this.to = to;
        this.reliableConnection = reliableConnection;
        this.unreliableConnection = unreliableConnection;
        this.datagram = datagram;
    }

    /** The attributes of a change: those needed, and those allowed as well. */
    private record Masks(int required, int optional) {

        private static final Masks NONE = new Masks(0, 0);

        /** The rate is limited by some drivers on every type of queue pair, and refused by the others. */
        String flaw(final int mask) {
            final int given = mask & ~(QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.RATE_LIMIT);
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

    /**
     * Checks a change of state.
     *
     * @param type one of {@link QueuePairTypes}.
     * @param from the current state, one of {@link QueuePairStates}.
     * @param to   the state to change to.
     * @param mask {@code IBV_QP_*} flags of the attributes given.
     * @return a phrase that describes the error; null when the change is valid, or this table lacks the type.
     */
    public static String flaw(final int type, final int from, final int to, final int mask) {
        if (!isKnown(type)) {
            return null;
        }
        if (to == QueuePairStates.RESET || to == QueuePairStates.ERROR && from != QueuePairStates.RESET) {
            return Masks.NONE.flaw(mask);
        }
        for (final QueuePairTransition transition : values()) {
            final Masks masks = transition.from == from && transition.to == to ? transition.masks(type) : null;
            if (masks != null) {
                return masks.flaw(mask);
            }
        }
        return "a queue pair of type " + QueuePairTypes.name(type) + " cannot go from " + QueuePairStates.name(from)
            + " to " + QueuePairStates.name(to);
    }

    /**
     * Describes a change, for the message that it failed.
     *
     * @param number     number of the queue pair.
     * @param attributes a {@code struct ibv_qp_attr}.
     * @param mask       {@code IBV_QP_*} flags of the attributes given.
     * @return the arguments of the call.
     */
    public static String describe(final int number, final MemorySegment attributes, final int mask) {
        String state = "";
        if ((mask & QueuePairAttributeFlags.STATE) != 0) {
            final int to = attributes.get(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE);
            state = ", qp_state=" + to + " (" + QueuePairStates.name(to) + ")";
        }
        return "number=" + number + state + ", mask=" + QueuePairAttributeFlags.describe(mask);
    }

    private static boolean isKnown(final int type) {
        return type == QueuePairTypes.RELIABLE_CONNECTION || type == QueuePairTypes.UNRELIABLE_CONNECTION
            || type == QueuePairTypes.UNRELIABLE_DATAGRAM;
    }

    private Masks masks(final int type) {
        return switch (type) {
            case QueuePairTypes.RELIABLE_CONNECTION -> reliableConnection;
            case QueuePairTypes.UNRELIABLE_CONNECTION -> unreliableConnection;
            default -> datagram;
        };
    }

    /**
     * Returns the state before the change.
     *
     * @return one of {@link QueuePairStates}.
     */
    public int from() {
        return from;
    }

    /**
     * Returns the state after the change.
     *
     * @return one of {@link QueuePairStates}.
     */
    public int to() {
        return to;
    }

    /**
     * Returns the attributes that this change needs.
     *
     * @param type one of {@link QueuePairTypes}.
     * @return {@code IBV_QP_*} flags, without {@code IBV_QP_STATE}; 0 for a type that never makes this change.
     */
    public int requiredAttributes(final int type) {
        final Masks masks = masks(type);
        return masks == null ? 0 : masks.required;
    }

    /**
     * Returns the attributes that this change allows besides those it needs.
     *
     * @param type one of {@link QueuePairTypes}.
     * @return {@code IBV_QP_*} flags; 0 for a type that never makes this change.
     */
    public int optionalAttributes(final int type) {
        final Masks masks = masks(type);
        return masks == null ? 0 : masks.optional;
    }
}
