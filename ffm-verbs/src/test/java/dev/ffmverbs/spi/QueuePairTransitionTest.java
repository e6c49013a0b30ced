// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.constants.QueuePairTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueuePairTransitionTest {

    private static final int STATE = QueuePairAttributeFlags.STATE;

    private static String flaw(final int type, final int from, final int to, final int mask) {
        return QueuePairTransition.flaw(type, from, to, STATE | mask);
    }

    /** The attributes of the manual page ibv_modify_qp(3), for each type. */
    @Test
    void needsTheAttributesOfTheManualPage() {
        final int connected = QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
            | QueuePairAttributeFlags.ACCESS_FLAGS;
        final int path = QueuePairAttributeFlags.ADDRESS | QueuePairAttributeFlags.PATH_MTU
            | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER;
        final int[][] needed = {
            {connected, connected, QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
                | QueuePairAttributeFlags.QUEUE_KEY},
            {path | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS | QueuePairAttributeFlags.MINIMUM_RNR_TIMER, path,
                0},
            {QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS
                | QueuePairAttributeFlags.RETRY_COUNT | QueuePairAttributeFlags.RNR_RETRY_COUNT
                | QueuePairAttributeFlags.TIMEOUT, QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER,
                QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER}};
        final QueuePairTransition[] transitions = {QueuePairTransition.RESET_TO_INIT,
            QueuePairTransition.INIT_TO_READY_TO_RECEIVE, QueuePairTransition.READY_TO_RECEIVE_TO_READY_TO_SEND};
        final int[] types = {QueuePairTypes.RELIABLE_CONNECTION, QueuePairTypes.UNRELIABLE_CONNECTION,
            QueuePairTypes.UNRELIABLE_DATAGRAM};
        for (int change = 0; change < transitions.length; change++) {
            for (int type = 0; type < types.length; type++) {
                assertEquals(needed[change][type], transitions[change].requiredAttributes(types[type]),
                    transitions[change] + " of " + QueuePairTypes.name(types[type]));
            }
        }
    }

    @Test
    void namesEveryAttributeThatIsMissingAndEveryOneThatIsNotAllowed() {
        assertEquals("it lacks IBV_QP_QKEY; it must not have IBV_QP_ACCESS_FLAGS",
            flaw(QueuePairTypes.UNRELIABLE_DATAGRAM, QueuePairStates.RESET, QueuePairStates.INIT,
                QueuePairAttributeFlags.PARTITION_KEY_INDEX | QueuePairAttributeFlags.PORT
                    | QueuePairAttributeFlags.ACCESS_FLAGS));
        assertEquals("it must not have IBV_QP_TIMEOUT, IBV_QP_MAX_QP_RD_ATOMIC",
            flaw(QueuePairTypes.UNRELIABLE_CONNECTION, QueuePairStates.READY_TO_RECEIVE, QueuePairStates.READY_TO_SEND,
                QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.TIMEOUT
                    | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS));
    }

    @ParameterizedTest
    @EnumSource
    void takesWhatItNeedsWithWhatItAllowsAndWithoutIt(final QueuePairTransition transition) {
        int taken = 0;
        for (final int type : new int[] {QueuePairTypes.RELIABLE_CONNECTION, QueuePairTypes.UNRELIABLE_CONNECTION,
            QueuePairTypes.UNRELIABLE_DATAGRAM}) {
            final int required = transition.requiredAttributes(type);
            final int optional = transition.optionalAttributes(type);
            if (required != 0 || optional != 0) {
                assertNull(flaw(type, transition.from(), transition.to(), required));
                assertNull(flaw(type, transition.from(), transition.to(), required | optional));
                taken++;
            }
        }
        assertEquals(transition == QueuePairTransition.SEND_QUEUE_ERROR_TO_READY_TO_SEND ? 2 : 3, taken);
    }

    @ParameterizedTest
    @ValueSource(ints = {QueuePairTypes.RELIABLE_CONNECTION, QueuePairTypes.UNRELIABLE_CONNECTION,
        QueuePairTypes.UNRELIABLE_DATAGRAM})
    void goesToResetAndErrorWithNoOtherAttribute(final int type) {
        for (int from = QueuePairStates.INIT; from <= QueuePairStates.ERROR; from++) {
            assertNull(flaw(type, from, QueuePairStates.RESET, 0));
            assertNull(flaw(type, from, QueuePairStates.ERROR, 0));
            assertEquals("it must not have IBV_QP_PORT",
                flaw(type, from, QueuePairStates.ERROR, QueuePairAttributeFlags.PORT));
        }
        assertEquals("a queue pair of type " + QueuePairTypes.name(type) + " cannot go from RESET to ERROR",
            flaw(type, QueuePairStates.RESET, QueuePairStates.ERROR, 0));
    }

    @Test
    void leavesTypesThatItDoesNotKnowToTheDevice() {
        assertNull(flaw(255, QueuePairStates.RESET, QueuePairStates.READY_TO_SEND, -1));
    }
}
