// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how the connections to one peer share what may be in flight to it. */
@Timeout(30)
class PeerBudgetsTest {

    private static final IpAddress PEER = IpAddress.ofIpv4(0x0A000001);
    private static final IpAddress OTHER_PEER = IpAddress.ofIpv4(0x0A000002);

    private final PeerBudgets budgets = new PeerBudgets(TransportSettings.DEFAULT.windowPackets());
    private final PeerBudgets.Share one = budgets.join(PEER, 1);
    private final PeerBudgets.Share two = budgets.join(PEER, 2);
    private final PeerBudgets.Share three = budgets.join(PEER, 3);
    private final PeerBudgets.Share elsewhere = budgets.join(OTHER_PEER, 4);

    /** Takes as much as all connections together may have after {@link #loseMuch}. */
    private void useUp() {
        for (int i = 0; i < PeerBudgets.LEAST_PACKETS; i++) {
            assertTrue(one.take(i));
        }
    }

    /** Takes what is free, and then waits for more. */
    private static int takeAll(final PeerBudgets.Share share) {
        int taken = 0;
        while (taken <= PeerBudgets.MOST_PACKETS && share.take(taken)) {
            taken++;
        }
        return taken;
    }

    /** Reduces the budget of the peer to the minimum. */
    private void loseMuch() {
        for (int i = 0; i < 3; i++) {
            one.recordLoss();
        }
        assertEquals(PeerBudgets.LEAST_PACKETS, one.limit());
    }

    @Test
    void withoutLossesTheConnectionsOfAProgramDoNotNoticeEachOther() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(one.take(i));
            assertTrue(two.take(i));
            assertFalse(one.isLast());
        }
        assertEquals(SharedBudget.NOBODY, budgets.next());
    }

    @Test
    void afterALossAllTogetherSendNoMoreThanHalfOfWhatTheySent() {
        for (int i = 0; i < 50; i++) {
            assertTrue(one.take(i));
            assertTrue(two.take(i));
        }
        one.recordLoss();
        one.restart();
        assertEquals(50, two.limit());
        assertFalse(one.take(0), "the packets of the other connection use up the budget");
        assertEquals(SharedBudget.NOBODY, budgets.next());
        two.recordAnswers(1, 49);
        assertEquals(1, budgets.next());
        assertTrue(one.take(0));
        assertTrue(one.isLast(), "nothing is left, so that the packet must be acknowledged");
    }

    @Test
    void aLossOfOneConnectionAloneHalvesWhatItMayHaveInFlight() {
        assertTrue(one.take(0));
        one.recordLoss();
        assertEquals(TransportSettings.DEFAULT.windowPackets() / 2, one.limit());
    }

    @Test
    void lossesAtOnePeerDoNotSlowDownAnother() {
        loseMuch();
        assertEquals(PeerBudgets.MOST_PACKETS, elsewhere.limit());
        useUp();
        assertTrue(elsewhere.take(0));
    }

    /** All end in the same four bytes as the peer. */
    @Test
    void peersWhoseAddressesEndAlikeHaveDifferentBudgets() {
        final List<PeerBudgets.Share> alike = Stream.of("fd00::a00:1", "fd00:1::a00:1", "fd00::1:a00:1")
            .map(address -> budgets.join(IpAddress.of(InetAddress.ofLiteral(address)), 5)).toList();
        loseMuch();
        alike.get(1).recordLoss();

        assertEquals(List.of(PeerBudgets.MOST_PACKETS, TransportSettings.DEFAULT.windowPackets() / 2,
            PeerBudgets.MOST_PACKETS), alike.stream().map(PeerBudgets.Share::limit).toList());
        assertEquals(5, budgets.size());
    }

    @Test
    void whatIsFreeGoesToTheConnectionThatHasWaitedLongest() {
        loseMuch();
        useUp();
        assertFalse(two.take(0));
        assertFalse(three.take(0));
        one.recordAnswers(1, 7);
        assertFalse(one.take(7), "overtakes those that wait");
        assertEquals(2, budgets.next());
        assertTrue(two.take(0));
        two.endTurn();
        one.recordAnswers(1, 6);
        assertEquals(3, budgets.next());
        assertTrue(three.take(0));
        one.recordAnswers(1, 5);
        assertEquals(1, budgets.next());
    }

    @Test
    void aConnectionThatDoesNotUseItsTurnStopsNobody() {
        loseMuch();
        useUp();
        assertFalse(two.take(0));
        assertFalse(three.take(0));
        one.recordAnswers(1, 7);
        assertEquals(2, budgets.next());
        two.endTurn();
        assertEquals(3, budgets.next());
        three.leave();
        one.endTurn();
        assertEquals(SharedBudget.NOBODY, budgets.next());
    }

    @Test
    void theBudgetGrowsAgainWithAnswers() {
        loseMuch();
        int rounds = 0;
        while (one.limit() < PeerBudgets.MOST_PACKETS) {
            final int taken = takeAll(one);
            assertTrue(taken <= one.limit(), taken + " of " + one.limit());
            one.endTurn();
            one.recordAnswers(taken, 0);
            rounds++;
            assertTrue(rounds < 100, "still " + one.limit());
        }
    }

    @Test
    void aSilentPeerGetsOnePacketAtATimeFromAConnectionAndHoldsUpNoOther() {
        loseMuch();
        useUp();
        assertFalse(two.take(0));
        one.doubtPeer();
        assertEquals(2, budgets.next());
        for (int i = 0; i < PeerBudgets.LEAST_PACKETS; i++) {
            assertTrue(two.take(i));
        }
        assertFalse(one.take(0), "it waits as others do");
        two.recordAnswers(PeerBudgets.LEAST_PACKETS, 0);
        assertEquals(1, budgets.next());
        assertTrue(one.take(0));
        assertTrue(one.isLast(), "the only packet must be acknowledged");
        assertFalse(one.take(1));
        one.recordAnswers(1, 0);
        assertTrue(one.take(0) && one.take(1), "the peer has answered");
    }

    @Test
    void aConnectionThatEndsReturnsWhatItHad() {
        loseMuch();
        useUp();
        assertFalse(two.take(0));
        one.leave();
        one.leave();
        assertEquals(2, budgets.next());
        assertEquals(PeerBudgets.LEAST_PACKETS, takeAll(two));
    }

    @Test
    void aPeerWithoutConnectionsIsForgotten() {
        assertEquals(2, budgets.size());
        elsewhere.leave();
        assertEquals(1, budgets.size());
        one.leave();
        two.leave();
        three.leave();
        assertEquals(0, budgets.size());
    }
}
