// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import java.util.ArrayList;
import java.util.List;

/** The rules of node number 0, which is preferred, with a clock, a partner and an arbiter that tests play by hand. */
abstract class OwnershipRulesTestBase {

    static final long LEASE = 1_000;
    static final long WAIT = 1_022;
    static final long STORE = 7;
    static final OwnershipWord NONE = OwnershipWord.NONE;

    final List<String> changes = new ArrayList<>();
    long now = 1;
    final HeldTerm held = new HeldTerm(() -> now);
    final OwnershipRules rules = new OwnershipRules(
        OwnershipSettings.of(0, 0, LEASE, 0.01, 5_000, STORE), OwnershipSettings.ratio(0.01), held, () -> 1,
        new RecordedChanges(changes), now);

    static OwnershipWord mine(final long term) {
        return new OwnershipWord(term, 0);
    }

    static OwnershipWord theirs(final long term) {
        return new OwnershipWord(term, 1);
    }

    static OwnershipWord highest(final OwnershipWord... words) {
        OwnershipWord highest = NONE;
        for (final OwnershipWord word : words) {
            highest = word.term() > highest.term() ? word : highest;
        }
        return highest;
    }

    OwnershipBlock block(
        final OwnershipWord agreed, final OwnershipWord owned, final OwnershipWord won, final OwnershipWord released) {
        return new OwnershipBlock(
            agreed, owned, won, released, highest(agreed, owned, won, released), false, false, now, LEASE, STORE);
    }

    OwnershipBlock agreeing(final OwnershipWord word) {
        return block(word, NONE, NONE, NONE);
    }

    /** READs the partner's block now, without delay. */
    void see(final OwnershipBlock block) {
        now++;
        rules.notePartner(now, now, block);
    }

    void pass(final long lengthNs) {
        now += lengthNs;
        rules.advance(now);
    }

    OwnershipWord expect(final ArbiterCall.Kind kind) {
        final ArbiterCall call = rules.takeCall(now);
        assertEquals(kind, call.kind(), rules::toString);
        return call.word();
    }

    void answer(final OwnershipWord word, final Standing standing) {
        expect(ArbiterCall.Kind.READ);
        rules.noteAnswer(now, now, new ArbiterAnswer(word, standing, 0));
    }

    OwnershipWord win() {
        final OwnershipWord word = expect(ArbiterCall.Kind.WIN);
        rules.noteWin(word, now, now, true);
        return word;
    }

    /** The node agrees with term 4 of its partner's, which the partner loses, and wins term 5. */
    void winAfterThePartner() {
        rules.beginSession();
        see(block(NONE, theirs(4), NONE, NONE));
        answer(theirs(4), Standing.DECIDED);
        see(agreeing(NONE));
        pass(LEASE);
        assertEquals(mine(5), win());
    }

    /** The node wins term 5 after its partner has lost term 4, and owns it. */
    void own() {
        winAfterThePartner();
        see(agreeing(mine(5)));
        assertEquals(List.of("acquired 5"), changes);
        assertTrue(held.isHeld(5));
    }
}
