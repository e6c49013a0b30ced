// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each rule by itself. */
@Timeout(60)
class OwnershipRulesTest extends OwnershipRulesTestBase {

    @Test
    void aloneItWinsWhenNobodyRenewsAndItHasWaitedForItsPartnerToAppear() {
        answer(theirs(4), Standing.DECIDED);
        pass(4_900);
        answer(theirs(4), Standing.DECIDED);
        expect(ArbiterCall.Kind.NOTHING);
        pass(100);
        assertEquals(mine(5), win());
        pass(WAIT - 1);
        assertFalse(held.isHeld());
        rules.noteRenewal(mine(5), now, now, true);
        pass(1);
        assertTrue(held.isHeld(5), "after a lease stretched by the clocks' bound");
    }

    @Test
    void aloneItDoesNotWinWhileSomebodyRenews() {
        for (long renewals = 0; renewals < 30; renewals++) {
            expect(ArbiterCall.Kind.READ);
            rules.noteAnswer(now, now, new ArbiterAnswer(theirs(4), Standing.DECIDED, renewals));
            expect(ArbiterCall.Kind.NOTHING);
            pass(250);
        }
    }

    @Test
    void aWaitThatIsOverDoesNotSufficeWithoutFreshEvidenceOfTheArbiter() {
        answer(theirs(4), Standing.DECIDED);
        pass(5_000);
        answer(theirs(4), Standing.DECIDED);
        win();
        pass(WAIT);
        assertFalse(held.isHeld(), "the win is older than a lease");
        rules.beginSession();
        see(agreeing(mine(5)));
        assertFalse(held.isHeld(), "the partner may agree because it remembers nothing");
        rules.noteRenewal(mine(5), now - 300, now, true);
        assertEquals(700, held.remainingNs());
    }

    @Test
    void evidenceCountsFromItsBegin() {
        own();
        pass(500);
        rules.notePartner(now - 200, now, agreeing(mine(5)));
        assertEquals(800, held.remainingNs());
        rules.noteRenewal(mine(5), now - 100, now, true);
        assertEquals(900, held.remainingNs());
        rules.noteRenewal(mine(5), now - 400, now, true);
        assertEquals(900, held.remainingNs(), "older evidence takes nothing away");
        rules.noteRenewal(mine(4), now, now, true);
        rules.notePartner(now, now, agreeing(NONE));
        assertEquals(900, held.remainingNs(), "evidence of something else");
    }

    @Test
    void aDeadlineThatHasPassedDoesNotComeBack() {
        own();
        now += LEASE;
        rules.notePartner(now - 1, now, agreeing(mine(5)));
        rules.noteRenewal(mine(5), now - 1, now, true);
        assertFalse(held.isHeld());
        assertEquals(List.of("acquired 5", "lost 5 EXPIRED"), changes);
        assertEquals(mine(5), rules.block(now).released());
        assertEquals(mine(6), win(), "who owned last is the first to try");
        assertTrue(held.isHeld(6), "and does not wait, because it has lost exactly the term before");
    }

    @Test
    void itWaitsIfATermLiesBetween() {
        own();
        pass(LEASE);
        final OwnershipWord unknown = expect(ArbiterCall.Kind.WIN);
        rules.noteSilence(new ArbiterCall(ArbiterCall.Kind.WIN, unknown), now);
        expect(ArbiterCall.Kind.NOTHING);
        pass(250);
        answer(mine(5), Standing.DECIDED);
        assertEquals(mine(7), win(), "a term once tried is never tried again");
        assertFalse(held.isHeld());
    }

    @Test
    void whatThePartnerHasReleasedIsOwnedWithoutAWait() {
        rules.beginSession();
        answer(theirs(4), Standing.DECIDED);
        see(new OwnershipBlock(NONE, NONE, NONE, theirs(4), theirs(4), false, true, now, LEASE, STORE));
        assertEquals(mine(5), win());
        assertTrue(held.isHeld(5));
    }

    @Test
    void anAgreementIsWithdrawnAndTheTermIsPublishedBeforeTheArbiterIsAsked() {
        rules.beginSession();
        see(block(NONE, theirs(4), NONE, NONE));
        assertEquals(theirs(4), rules.block(now).agreed());
        rules.endSession();
        answer(theirs(4), Standing.DECIDED);
        pass(2_000);
        answer(theirs(4), Standing.DECIDED);
        expect(ArbiterCall.Kind.WIN);
        final OwnershipBlock block = rules.block(now);
        assertEquals(NONE, block.agreed());
        assertEquals(mine(5), block.highest());
        assertTrue(block.isWinning() && block.won().equals(NONE));
    }

    @Test
    void anOwnerStepsDownBeforeItAgreesWithAHigherWord() {
        own();
        see(block(NONE, NONE, theirs(6), NONE));
        assertFalse(held.isHeld());
        assertEquals(List.of("acquired 5", "lost 5 PARTNER_WON"), changes);
        assertEquals(theirs(6), rules.block(now).agreed());
        assertEquals(mine(5), rules.block(now).released());
    }

    @Test
    void itAgreesWithNoWordBelowTheHighest() {
        own();
        see(block(NONE, theirs(3), NONE, NONE));
        assertTrue(held.isHeld(5));
        assertEquals(NONE, rules.block(now).agreed());
    }

    @Test
    void itAgreesWithNoWordBelowOneThatTheArbiterHeldLaterEvenIfItOwnsNone() {
        answer(mine(9), Standing.DECIDED);
        see(block(NONE, theirs(6), NONE, NONE));
        assertEquals(NONE, rules.block(now).agreed());
    }

    @Test
    void ownersWordsOfItsOwnAndOfTheSameTermAreNotAgreedWith() {
        own();
        see(block(NONE, theirs(5), NONE, NONE));
        assertTrue(held.isHeld(5));
        see(block(NONE, mine(9), NONE, NONE));
        assertEquals(NONE, rules.block(now).agreed(), "the partner cannot claim this node's word");
    }

    @Test
    void anOwnerWhosePartnerKnowsAHigherWordWinsOneAboveItAndOwnsMeanwhile() {
        own();
        now++;
        rules.notePartner(now, now,
            new OwnershipBlock(mine(5), NONE, NONE, NONE, theirs(6), false, false, now, LEASE, STORE));
        assertEquals(mine(7), win());
        assertTrue(held.isHeld(5), "until the higher one is agreed with");
        see(agreeing(mine(7)));
        assertTrue(held.isHeld(7));
        assertEquals(List.of("acquired 5", "lost 5 SUCCEEDED", "acquired 7"), changes);
    }

    @Test
    void anOwnerWhoseWordIsHeldByTooFewVoicesWinsAHigherOne() {
        own();
        pass(250);
        see(agreeing(mine(5)));
        assertEquals(mine(5), expect(ArbiterCall.Kind.RENEW));
        rules.noteRenewal(mine(5), now, now, false);
        answer(mine(5), Standing.UNDECIDED);
        assertEquals(mine(6), win());
        assertTrue(held.isHeld(6), "it owned the term before");
    }

    @Test
    void aFreshArbiterIsFoundedByTheOwnerOnlyAfterTheAnswerAndAnAgreement() {
        own();
        pass(250);
        see(agreeing(mine(5)));
        expect(ArbiterCall.Kind.RENEW);
        rules.noteRenewal(mine(5), now, now, false);
        answer(NONE, Standing.FRESH);
        expect(ArbiterCall.Kind.NOTHING);
        rules.notePartner(now, now + 1, agreeing(mine(5)));
        expect(ArbiterCall.Kind.NOTHING);
        see(agreeing(NONE));
        expect(ArbiterCall.Kind.NOTHING);
        see(agreeing(mine(5)));
        assertEquals(mine(5), expect(ArbiterCall.Kind.FOUND));
        rules.noteFounding(mine(5), now, true);
        answer(mine(5), Standing.DECIDED);
        expect(ArbiterCall.Kind.NOTHING);
        assertTrue(held.isHeld(5));
    }

    @Test
    void aFreshArbiterIsFoundedByNobodyAlone() {
        answer(NONE, Standing.FRESH);
        for (int i = 0; i < 100; i++) {
            pass(250);
            final ArbiterCall call = rules.takeCall(now);
            assertTrue(call.kind() == ArbiterCall.Kind.NOTHING || call.kind() == ArbiterCall.Kind.READ, call::toString);
            if (call.kind() == ArbiterCall.Kind.READ) {
                rules.noteAnswer(now, now, new ArbiterAnswer(NONE, Standing.FRESH, 0));
            }
        }
    }

    @Test
    void ifNobodyOwnsAFreshArbiterIsFoundedWithTheHighestWordOfBothUnlessThePartnerTries() {
        rules.beginSession();
        answer(NONE, Standing.FRESH);
        see(new OwnershipBlock(NONE, NONE, NONE, NONE, theirs(8), true, false, now, LEASE, STORE));
        expect(ArbiterCall.Kind.NOTHING);
        see(new OwnershipBlock(NONE, NONE, NONE, NONE, theirs(9), false, false, now, LEASE, STORE));
        assertEquals(theirs(9), expect(ArbiterCall.Kind.FOUND));
    }

    @Test
    void aCandidateGivesUpWhenTheArbiterHoldsAnotherWordOrNone() {
        answer(theirs(4), Standing.DECIDED);
        pass(5_000);
        answer(theirs(4), Standing.DECIDED);
        assertEquals(mine(5), win());
        rules.noteRenewal(mine(5), now, now, false);
        rules.noteRenewal(mine(5), now, now, true);
        pass(WAIT);
        assertFalse(held.isHeld());
        assertEquals(NONE, rules.block(now).won());
    }

    @Test
    void whatHasExpiredIsNotLostForALaterReason() {
        own();
        now += LEASE;
        rules.retire();
        assertEquals(List.of("acquired 5", "lost 5 EXPIRED"), changes);
    }

    @Test
    void whoTakesPartNoLongerAgreesWithNoWord() {
        rules.beginSession();
        see(block(NONE, theirs(4), NONE, NONE));
        assertEquals(theirs(4), rules.block(now).agreed());
        rules.retire();
        assertEquals(NONE, rules.block(now).agreed());
    }

    @Test
    void ifTheLeasesDifferNeitherOwns() {
        own();
        see(new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, now, LEASE + 1, STORE));
        assertTrue(rules.isUnfit());
        assertFalse(held.isHeld());
        assertEquals(List.of("acquired 5", "lost 5 MISMATCH"), changes);
        rules.endSession();
        pass(10 * LEASE);
        expect(ArbiterCall.Kind.READ);
        rules.noteAnswer(now, now, new ArbiterAnswer(mine(5), Standing.DECIDED, 0));
        expect(ArbiterCall.Kind.NOTHING);
    }

    @Test
    void ifTheArbitersLeadToDifferentStoresNeitherOwns() {
        own();
        see(new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, now, LEASE, 0));
        assertTrue(held.isHeld(), "a store that is not known");
        see(new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, now, LEASE, STORE + 1));
        assertTrue(rules.isUnfit());
        assertFalse(held.isHeld());
    }

    @Test
    void theWordOfAPartnerWhoseClockIsOutOfBoundsIsNoEvidence() {
        own();
        rules.beginSession();
        for (int i = 1; i < 50; i++) {
            now += 200;
            rules.noteRenewal(mine(5), now, now, true);
            rules.notePartner(now, now,
                new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, 220L * i, LEASE, STORE));
        }
        assertFalse(rules.isPartnersClockWithinBound());
        pass(100);
        rules.notePartner(now, now,
            new OwnershipBlock(mine(5), NONE, NONE, NONE, mine(5), false, false, 220L * 50, LEASE, STORE));
        assertEquals(LEASE - 100, held.remainingNs());
    }

    @Test
    void withoutAnAnswerNothingIsWon() {
        rules.beginSession();
        see(agreeing(NONE));
        pass(10 * LEASE);
        expect(ArbiterCall.Kind.READ);
        rules.noteSilence(ArbiterCall.READ, now);
        expect(ArbiterCall.Kind.NOTHING);
        pass(250);
        answer(theirs(4), Standing.UNDECIDED);
        assertEquals(mine(5), expect(ArbiterCall.Kind.WIN));
    }
}
