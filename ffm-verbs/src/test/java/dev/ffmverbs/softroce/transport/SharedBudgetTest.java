// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the budget that READs of all connections share, and which connection continues first when it is free. */
@Timeout(30)
class SharedBudgetTest {

    private static final int LIMIT = 100;

    private final SharedBudget budget = new SharedBudget(LIMIT);
    private final OutstandingReads one = reads(1);
    private final OutstandingReads two = reads(2);
    private final OutstandingReads three = reads(3);

    private OutstandingReads reads(final int queuePair) {
        return new OutstandingReads(4, budget.newShare(queuePair));
    }

    /** Lets one connection take everything, so that the other two wait for half of it each. */
    private void letTwoWaitForOne() {
        assertTrue(one.addRead(0, 100));
        assertFalse(two.addRead(0, 50));
        assertFalse(three.addRead(0, 50));
    }

    @Test
    void readsOfAllConnectionsStayWithinTheLimit() {
        assertTrue(one.addRead(0, 60));
        assertTrue(two.addRead(0, 40));
        assertFalse(three.addRead(0, 1));
        assertEquals(SharedBudget.NOBODY, budget.next());
        one.removeBefore(1);
        assertEquals(3, budget.next());
        assertTrue(three.addRead(0, 60));
        assertEquals(SharedBudget.NOBODY, budget.next());
    }

    @Test
    void whatIsFreeGoesToTheConnectionThatHasWaitedLongest() {
        assertTrue(one.addRead(0, 100));
        assertFalse(two.addRead(0, 50));
        assertFalse(three.addRead(0, 10));
        one.removeBefore(1);
        assertEquals(2, budget.next());
        assertFalse(one.addRead(1, 10), "overtakes those that wait");
        assertFalse(three.addRead(0, 10), "overtakes the one that has waited longer");
        assertTrue(two.addRead(0, 50));
        assertEquals(3, budget.next());
        assertTrue(three.addRead(0, 10));
        assertEquals(1, budget.next());
    }

    @Test
    void aReadLongerThanTheLimitStartsAlone() {
        assertTrue(one.addRead(0, 10));
        assertFalse(two.addRead(0, 1000));
        one.removeBefore(1);
        assertEquals(2, budget.next());
        assertTrue(two.addRead(0, 1000));
        assertFalse(one.addRead(1, 10));
    }

    @Test
    void aConnectionThatEndsGivesBackWhatItHadAndItsPlaceInLine() {
        letTwoWaitForOne();
        two.clear();
        assertEquals(SharedBudget.NOBODY, budget.next());
        one.clear();
        assertEquals(3, budget.next());
        assertTrue(three.addRead(0, 50));
        assertTrue(two.addRead(0, 50));
    }

    @Test
    void aConnectionThatNoLongerWantsWhatItWaitedForStopsNobody() {
        letTwoWaitForOne();
        two.endTurn();
        one.removeBefore(1);
        assertEquals(2, budget.next());
        two.endTurn();
        assertEquals(3, budget.next());
    }

    @Test
    void aSilentPeerIsAskedForOneReadAtATimeAndKeepsNothingFromOthers() {
        assertTrue(one.addRead(0, 100));
        one.clear();
        one.doubtPeer();
        assertTrue(one.addRead(0, 100));
        assertFalse(one.addRead(1, 1));
        assertTrue(two.addRead(0, 100));
        one.removeBefore(1);
        assertFalse(one.addRead(1, 1), "the budget counts again once the peer has answered");
        assertEquals(SharedBudget.NOBODY, budget.next());
        two.removeBefore(1);
        assertEquals(1, budget.next());
    }

    @Test
    void readsInProgressAtAPeerThatTurnsSilentNoLongerCount() {
        letTwoWaitForOne();
        one.doubtPeer();
        assertEquals(2, budget.next());
        assertTrue(two.addRead(0, 50));
        assertTrue(three.addRead(0, 50));
        one.clear();
        assertFalse(two.addRead(1, 1), "what was given back is not given back again");
    }
}
