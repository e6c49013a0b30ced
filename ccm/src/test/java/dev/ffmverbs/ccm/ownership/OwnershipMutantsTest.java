// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.fail;

import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge of the simulation catches each rule that is broken. */
@Timeout(300)
class OwnershipMutantsTest {

    /** Stories that are told until a mutant is caught, from the first one known to catch it. */
    private static final long SEEDS = Long.getLong("ccm.ownership.mutantSeeds", 20_000);

    /** A rule that is broken. */
    enum Mutant {
        WAITS_NOT_AT_ALL(5),
        WAIT_IS_NOT_STRETCHED_BY_THE_BOUND_OF_THE_CLOCKS(2_156),
        EVIDENCE_IS_DATED_BY_ITS_ARRIVAL(141),
        AGREEMENT_IS_NOT_WITHDRAWN_BEFORE_WINNING(3_150),
        AGREES_OR_HANDS_OVER_WITHOUT_STEPPING_DOWN(69),
        FOUNDS_ALONE(43_881),
        FOUNDS_AFTER_AN_EARLIER_READ_OF_THE_PARTNER(852_634),
        REVIVES_A_DEADLINE_THAT_HAS_PASSED(2),
        WAITS_NOT_IF_TERMS_LIE_BETWEEN(6),
        TAKES_SILENCE_FOR_A_WIN(16),
        BEGINS_TO_OWN_WITH_EVIDENCE_OF_THE_PARTNER(3_214);

        private final long firstSeed;

        Mutant(final long firstSeed) {
            this.firstSeed = firstSeed;
        }
    }

    private static OwnershipRules create(
        final Mutant mutant, final OwnershipSettings settings, final LongSupplier clock, final LongSupplier firstTerm,
        final OwnershipChanges changes, final BooleanSupplier haste) {
        return switch (mutant) {
            case WAITS_NOT_AT_ALL ->
                SimulatedRules.create(withWait(settings, 0), clock, firstTerm, changes, haste);
            case WAIT_IS_NOT_STRETCHED_BY_THE_BOUND_OF_THE_CLOCKS ->
                SimulatedRules.create(withWait(settings, settings.leaseNs()), clock, firstTerm, changes, haste);
            case REVIVES_A_DEADLINE_THAT_HAS_PASSED ->
                new BrokenRules(mutant, settings, new RevivedTerm(clock), firstTerm, changes, clock.getAsLong(), haste);
            default ->
                new BrokenRules(mutant, settings, new HeldTerm(clock), firstTerm, changes, clock.getAsLong(), haste);
        };
    }

    private static OwnershipSettings withWait(final OwnershipSettings settings, final long waitNs) {
        return new OwnershipSettings(settings.self(), settings.preferred(), settings.leaseNs(), settings.renewalNs(),
            waitNs, settings.meetingNs(), settings.storeNumber());
    }

    /** A term whose deadline moves on although it has passed. */
    private static final class RevivedTerm extends HeldTerm {

        RevivedTerm(final LongSupplier clock) {
            super(clock);
        }

        @Override
        boolean isOver() {
            return false;
        }

        @Override
        void prolong(final long untilNs) {
            acquire(term(), untilNs);
        }
    }

    private static final class BrokenRules extends SimulatedRules {

        private final Mutant mutant;

        BrokenRules(
            final Mutant mutant, final OwnershipSettings settings, final HeldTerm held, final LongSupplier firstTerm,
            final OwnershipChanges changes, final long nowNs, final BooleanSupplier haste) {
            super(settings, held, firstTerm, changes, nowNs, haste);
            this.mutant = mutant;
        }

        private long dated(final long begunNs, final long nowNs) {
            return mutant == Mutant.EVIDENCE_IS_DATED_BY_ITS_ARRIVAL ? nowNs : begunNs;
        }

        @Override
        void notePartner(final long begunNs, final long nowNs, final OwnershipBlock block) {
            super.notePartner(dated(begunNs, nowNs), nowNs, block);
            if (mutant == Mutant.BEGINS_TO_OWN_WITH_EVIDENCE_OF_THE_PARTNER && block.agreed().term() > 0) {
                noteRenewal(block.agreed(), begunNs, nowNs, true);
            }
        }

        @Override
        void noteRenewal(final OwnershipWord word, final long begunNs, final long nowNs, final boolean inPlace) {
            super.noteRenewal(word, dated(begunNs, nowNs), nowNs, inPlace);
        }

        @Override
        void noteSilence(final ArbiterCall call, final long nowNs) {
            if (mutant == Mutant.TAKES_SILENCE_FOR_A_WIN && call.kind() == ArbiterCall.Kind.WIN) {
                noteWin(call.word(), nowNs, nowNs, true);
            }
            super.noteSilence(call, nowNs);
        }

        @Override
        void withdraw() {
            if (mutant != Mutant.AGREEMENT_IS_NOT_WITHDRAWN_BEFORE_WINNING) {
                super.withdraw();
            }
        }

        @Override
        void stepDown(final OwnershipLoss reason) {
            if (mutant != Mutant.AGREES_OR_HANDS_OVER_WITHOUT_STEPPING_DOWN || held.isOver()) {
                super.stepDown(reason);
            }
        }

        @Override
        boolean mayFound(final long nowNs) {
            return mutant == Mutant.FOUNDS_ALONE && arbiter.isFresh() || super.mayFound(nowNs);
        }

        @Override
        boolean isPartnerReadAfterArbiter() {
            return mutant == Mutant.FOUNDS_AFTER_AN_EARLIER_READ_OF_THE_PARTNER || super.isPartnerReadAfterArbiter();
        }

        @Override
        boolean isTermBefore(final OwnershipWord word) {
            return super.isTermBefore(word) || mutant == Mutant.WAITS_NOT_IF_TERMS_LIE_BETWEEN && word.term() > 0;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theJudgeCatchesABrokenRule(final Mutant mutant) {
        for (long seed = mutant.firstSeed; seed < mutant.firstSeed + SEEDS; seed++) {
            try {
                new OwnershipStory(seed, (settings, clock, firstTerm, changes, haste) ->
                    create(mutant, settings, clock, firstTerm, changes, haste)).tell();
            } catch (final AssertionError e) {
                if (e.getCause() instanceof OwnershipJudge.Verdict) {
                    return;
                }
            }
        }
        fail(mutant + " was not caught in " + SEEDS + " stories");
    }
}
