// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeldTermTest {

    private long now = 1;
    private final HeldTerm held = new HeldTerm(() -> now);

    @Test
    void holdsUntilItsDeadlineAndNotAtIt() {
        assertFalse(held.isHeld());
        assertFalse(held.isHeld(0));
        held.acquire(7, 100);
        now = 99;
        assertTrue(held.isHeld(7));
        assertEquals(1, held.remainingNs());
        assertFalse(held.isHeld(6) || held.isHeld(8));
        now = 100;
        assertFalse(held.isHeld() || held.isHeld(7));
        assertEquals(0, held.remainingNs());
        assertEquals(7, held.term());
    }

    @Test
    void aDeadlineMovesOnAndNeverBack() {
        held.acquire(1, 100);
        held.prolong(200);
        held.prolong(150);
        assertEquals(199, held.remainingNs());
    }

    @Test
    void aDeadlineThatHasPassedIsNotMovedOnWhetherOrNotAnybodyHasAsked() {
        held.acquire(1, 100);
        now = 100;
        held.prolong(300);
        assertFalse(held.isHeld());
        held.acquire(2, 400);
        held.release();
        held.prolong(500);
        assertFalse(held.isHeld());
        assertTrue(held.isOver());
    }

    @Test
    void aDeadlineThatSomebodyHasSeenPassHasPassedForAll() {
        held.acquire(1, 100);
        now = 100;
        assertFalse(held.isHeld());
        now = 50;
        assertFalse(held.isHeld(), "a clock that goes back revives nothing");
    }
}
