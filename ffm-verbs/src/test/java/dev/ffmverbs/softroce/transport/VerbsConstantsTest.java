// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_sge;
import org.junit.jupiter.api.Test;

/** The constants of this package match the C header. */
class VerbsConstantsTest {

    @Test
    void statesAreThoseOfTheHeader() {
        assertEquals(ffm_verbs_h.IBV_QPS_RESET(), ConnectionState.RESET.value());
        assertEquals(ffm_verbs_h.IBV_QPS_INIT(), ConnectionState.INIT.value());
        assertEquals(ffm_verbs_h.IBV_QPS_RTR(), ConnectionState.READY_TO_RECEIVE.value());
        assertEquals(ffm_verbs_h.IBV_QPS_RTS(), ConnectionState.READY_TO_SEND.value());
        assertEquals(ffm_verbs_h.IBV_QPS_SQD(), ConnectionState.SEND_QUEUE_DRAIN.value());
        assertEquals(ffm_verbs_h.IBV_QPS_ERR(), ConnectionState.ERROR.value());
    }

    @Test
    void elementsOfASlotAreThoseOfTheHeader() {
        assertEquals(ibv_sge.sizeof(), SendQueue.ELEMENT_BYTES);
    }
}
