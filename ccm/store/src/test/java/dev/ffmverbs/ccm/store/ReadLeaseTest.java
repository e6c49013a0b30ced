// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReadLeaseTest {

    private static final long LENGTH_NS = 100;

    private long nowNs = Long.MAX_VALUE - 50;
    private final ReadLease lease = new ReadLease(() -> nowNs, LENGTH_NS);

    @Test
    void itLastsFromTheQuestionOnNotFromTheAnswer() {
        assertFalse(lease.lasts());
        final long askedNs = nowNs;
        nowNs += 60;
        lease.grant(askedNs);
        assertTrue(lease.lasts());
        nowNs += 39;
        assertTrue(lease.lasts());
        nowNs++;
        assertFalse(lease.lasts());
    }

    @Test
    void anAnswerThatComesLateDoesNotShortenIt() {
        final long firstNs = nowNs;
        nowNs += 60;
        lease.grant(nowNs);
        lease.grant(firstNs);
        nowNs += 99;
        assertTrue(lease.lasts());
    }

    @Test
    void aNodeThatDoesNotServeEndsIt() {
        lease.grant(nowNs);
        lease.end();
        assertFalse(lease.lasts());
        assertTrue(lease.isHalfOver());
        lease.grant(nowNs);
        assertTrue(lease.lasts());
    }

    @Test
    void itIsRenewedWhenHalfOfItIsOver() {
        lease.grant(nowNs);
        final boolean[] due = new boolean[2];
        nowNs += LENGTH_NS / 2;
        due[0] = lease.isHalfOver();
        nowNs++;
        due[1] = lease.isHalfOver();
        assertEquals(false, due[0]);
        assertEquals(true, due[1]);
    }
}
