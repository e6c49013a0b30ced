// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose term the one before was, and whether an agreement of the partner suffices after it. */
@Timeout(60)
class RememberedTermTest extends OwnershipRulesTestBase {

    @Test
    void itWaitsInSpiteOfAnAgreementIfNobodyRemembersTheTermBefore() {
        rules.beginSession();
        answer(theirs(4), Standing.DECIDED);
        see(agreeing(NONE));
        pass(LEASE);
        assertEquals(mine(5), win());
        see(agreeing(mine(5)));
        pass(WAIT - 2);
        rules.noteRenewal(mine(5), now, now, true);
        assertFalse(held.isHeld(), "another process with the partner's name may own term 4");
        pass(1);
        assertTrue(held.isHeld(5));
    }

    @Test
    void itNeedNotWaitIfThePartnerAgreesAfterATermThatThisNodeHasFounded() {
        rules.beginSession();
        answer(NONE, Standing.FRESH);
        see(agreeing(NONE));
        final OwnershipWord first = expect(ArbiterCall.Kind.FOUND);
        rules.noteFounding(first, now, true);
        answer(first, Standing.DECIDED);
        pass(LEASE);
        assertEquals(first.next(0), win());
        see(agreeing(first.next(0)));
        assertTrue(held.isHeld(first.term() + 1));
    }

    @Test
    void itWaitsAfterATermThatItHasFoundedAboveOneThatItDoesNotRemember() {
        rules.beginSession();
        answer(NONE, Standing.FRESH);
        see(new OwnershipBlock(NONE, NONE, NONE, NONE, theirs(4), false, false, now, LEASE, STORE));
        assertEquals(theirs(4), expect(ArbiterCall.Kind.FOUND));
        rules.noteFounding(theirs(4), now, true);
        answer(theirs(4), Standing.DECIDED);
        pass(LEASE);
        assertEquals(mine(5), win());
        see(agreeing(mine(5)));
        assertFalse(held.isHeld(), "a process that is not the partner may own term 4");
    }

    @Test
    void itNeedNotWaitIfItRemembersTheTermBeforeAsThePartners() {
        rules.beginSession();
        see(block(NONE, theirs(4), NONE, NONE));
        answer(theirs(4), Standing.DECIDED);
        rules.beginSession();
        see(agreeing(NONE));
        pass(LEASE);
        assertEquals(mine(5), win());
        see(agreeing(mine(5)));
        assertTrue(held.isHeld(5));
    }

    @Test
    void itWaitsIfAnotherProcessOfThePartnerOwnedTheTermBefore() {
        rules.beginSession();
        see(block(NONE, theirs(4), NONE, NONE));
        answer(theirs(4), Standing.DECIDED);
        rules.notePartnerRestarted();
        rules.beginSession();
        see(agreeing(NONE));
        pass(LEASE);
        assertEquals(mine(5), win());
        see(agreeing(mine(5)));
        assertFalse(held.isHeld(), "that process may own term 4");
    }

    @Test
    void itWaitsIfThePartnerHasBegunAgainSinceTheTermWasWon() {
        winAfterThePartner();
        rules.notePartnerRestarted();
        rules.beginSession();
        see(agreeing(mine(5)));
        assertFalse(held.isHeld(), "the former process may own term 4");
    }

    @Test
    void itWaitsIfOnlyThePartnerRemembersTheTermBefore() {
        rules.beginSession();
        answer(mine(4), Standing.DECIDED);
        see(agreeing(mine(4)));
        pass(LEASE);
        assertEquals(mine(5), win());
        see(agreeing(mine(5)));
        assertFalse(held.isHeld(), "another process with the name of this node may own term 4");
    }

    @Test
    void anOwnerStepsDownWhenAnotherProcessOfItsNameHasWon() {
        own();
        pass(250);
        expect(ArbiterCall.Kind.RENEW);
        rules.noteRenewal(mine(5), now, now, false);
        answer(mine(6), Standing.UNDECIDED);
        assertTrue(held.isHeld(5), "it is not decided");
        rules.noteAnswer(now, now, new ArbiterAnswer(mine(6), Standing.DECIDED, 0));
        assertFalse(held.isHeld());
        assertEquals(List.of("acquired 5", "lost 5 NAMESAKE_WON"), changes);
    }
}
