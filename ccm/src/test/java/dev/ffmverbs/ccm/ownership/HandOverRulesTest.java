// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an owner gives up when it hands over, and what ends its patience with the partner. */
@Timeout(60)
class HandOverRulesTest extends OwnershipRulesTestBase {

    @Test
    void whoHandsOverLeavesTheNextTermToThePartnerUntilTheBoundHasPassed() {
        assertEquals(0, rules.handOver(now, now + 100), "who does not own");
        own();
        see(agreeing(NONE));
        assertEquals(0, rules.handOver(now, now + 100), "whose partner does not agree");
        see(agreeing(mine(5)));
        assertEquals(5, rules.handOver(now, now + 100));
        assertFalse(held.isHeld());
        assertEquals(List.of("acquired 5", "lost 5 HANDED_OVER"), changes);
        final OwnershipBlock block = rules.block(now);
        assertTrue(block.isOffering() && block.released().equals(mine(5)) && block.owned().equals(NONE));
        see(agreeing(mine(5)));
        answer(mine(5), Standing.DECIDED);
        expect(ArbiterCall.Kind.NOTHING);
        pass(100);
        assertFalse(rules.block(now).isOffering());
        assertEquals(mine(6), win());
        assertTrue(held.isHeld(6));
    }

    @Test
    void nothingIsHandedOverWhileTheArbiterDoesNotAnswer() {
        own();
        pass(250);
        assertEquals(mine(5), expect(ArbiterCall.Kind.RENEW));
        rules.noteSilence(new ArbiterCall(ArbiterCall.Kind.RENEW, mine(5)), now);
        see(agreeing(mine(5)));
        assertEquals(0, rules.handOver(now, now + 100));
        assertTrue(held.isHeld(5));
        assertFalse(rules.block(now).isOffering());
        pass(250);
        assertEquals(mine(5), expect(ArbiterCall.Kind.RENEW));
        rules.noteRenewal(mine(5), now, now, true);
        assertEquals(5, rules.handOver(now, now + 100), "it answers again");
    }

    @Test
    void nothingIsHandedOverWithAnAnswerOfTheArbiterThatIsOlderThanALease() {
        own();
        pass(LEASE - 3);
        see(agreeing(mine(5)));
        assertTrue(held.isHeld(5));
        pass(2);
        assertEquals(0, rules.handOver(now, now + 100));
        assertTrue(held.isHeld(5));
    }

    private void handOverForADay() {
        own();
        see(agreeing(mine(5)));
        assertEquals(5, rules.handOver(now, now + TimeUnit.DAYS.toNanos(1)));
        answer(mine(5), Standing.DECIDED);
        expect(ArbiterCall.Kind.NOTHING);
    }

    @Test
    void theEndOfTheSessionEndsAHandOver() {
        handOverForADay();
        assertTrue(rules.patience.isOffering(5));
        rules.endSession();
        assertFalse(rules.patience.isOffering(5));
        assertFalse(rules.patience.isTaken(5));
        assertFalse(rules.block(now).isOffering());
        assertEquals(mine(6), win());
        assertTrue(held.isHeld(6), "it has given up exactly the term before");
    }

    @Test
    void aNewIncarnationOfThePartnerIsOfferedNothing() {
        handOverForADay();
        rules.beginSession();
        assertFalse(rules.patience.isOffering(5));
        see(agreeing(NONE));
        assertEquals(mine(6), win());
    }

    @Test
    void anOfferThatIsWithdrawnEndsAHandOver() {
        handOverForADay();
        rules.patience.withdrawOffer(4);
        assertTrue(rules.patience.isOffering(5), "another term was offered");
        rules.patience.withdrawOffer(5);
        assertFalse(rules.patience.isOffering(5));
        assertEquals(mine(6), win());
    }

    @Test
    void aHandOverHasSucceededEvenIfTheSessionEndsRightAfterThePartnerHasBegunToOwn() {
        handOverForADay();
        see(block(NONE, theirs(6), NONE, NONE));
        rules.endSession();
        assertFalse(rules.patience.isOffering(5));
        assertTrue(rules.patience.isTaken(5));
        assertEquals(0, rules.partnersTerm());
    }

    @Test
    void aPartnerThatMayNotOwnEndsAHandOver() {
        handOverForADay();
        see(new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, now, LEASE + 1, STORE));
        assertFalse(rules.patience.isOffering(5));
    }
}
