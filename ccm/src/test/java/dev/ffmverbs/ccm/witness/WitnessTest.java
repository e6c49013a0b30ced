// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static dev.ffmverbs.ccm.witness.WitnessSite.DEVICES;
import static dev.ffmverbs.ccm.witness.WitnessSite.FIRST;
import static dev.ffmverbs.ccm.witness.WitnessSite.LIMIT_NS;
import static dev.ffmverbs.ccm.witness.WitnessSite.found;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.cm.Connection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What witnesses promise beyond what every arbiter does: incarnations, majorities and pairs. */
@Timeout(120)
class WitnessTest {

    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final OwnershipWord SECOND = new OwnershipWord(2, 1);
    private static final OwnershipWord THIRD = new OwnershipWord(3, 0);

    private static void assertAnswer(final OwnershipWord word, final Standing standing, final WitnessArbiter arbiter)
        throws Exception {
        final ArbiterAnswer answer = arbiter.read(LIMIT_NS);
        assertEquals(word, answer.word());
        assertEquals(standing, answer.standing());
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aWitnessThatStartsAgainIsFreshAndIsFoundedAgain(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter a = site.openFounded(FIRST);
            final String former = site.witnesses.getFirst().incarnation().toString();

            site.restart(0);

            assertNotEquals(former, site.witnesses.getFirst().incarnation().toString());
            assertAnswer(OwnershipWord.NONE, Standing.FRESH, a);
            assertFalse(a.win(SECOND, LIMIT_NS));
            assertFalse(a.renew(FIRST, LIMIT_NS));
            found(a, FIRST);
            assertTrue(site.open(1).win(SECOND, LIMIT_NS));
            assertAnswer(SECOND, Standing.DECIDED, a);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void twoOfThreeWitnessesDecideAndAThirdThatIsBackIsFoundedByTheWay(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.open(0);
            final WitnessArbiter b = site.open(1);
            foundEverywhere(site, a, FIRST);
            site.restart(2);

            assertTrue(b.win(SECOND, LIMIT_NS));
            assertAnswer(SECOND, Standing.DECIDED, a);
            assertTrue(b.renew(SECOND, LIMIT_NS));
            foundEverywhere(site, b, SECOND);
        }
    }

    /** Founds a word until all witnesses store it: a call does not wait for more than a majority. */
    private static void foundEverywhere(
        final WitnessSite site, final WitnessArbiter arbiter, final OwnershipWord word) throws Exception {
        final long startNs = System.nanoTime();
        while (!site.isStoredEverywhere(word)) {
            found(arbiter, word);
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, "not all witnesses store " + word);
            Thread.sleep(5);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void oneOfThreeWitnessesIsNoMajority(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.open(0);
            foundEverywhere(site, a, FIRST);

            site.witnesses.get(0).close();
            assertTrue(a.renew(FIRST, LIMIT_NS));
            site.witnesses.get(1).close();

            final ArbiterException lost =
                assertThrows(ArbiterException.class, () -> a.renew(FIRST, TimeUnit.SECONDS.toNanos(2)));
            assertTrue(lost.getMessage().contains("1 of 3 witnesses answered, 2 must"), lost.getMessage());
            assertThrows(ArbiterException.class, () -> a.win(THIRD, SHORT_NS));
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void twoRestartedWitnessesOfThreeAreFresh(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.open(0);
            foundEverywhere(site, a, FIRST);
            site.restart(0);
            site.restart(1);

            final long startNs = System.nanoTime();
            while (a.read(LIMIT_NS).standing() != Standing.FRESH) {
                assertTrue(System.nanoTime() - startNs < LIMIT_NS, "two empty witnesses are not fresh");
                Thread.sleep(5);
            }
            assertFalse(a.win(SECOND, LIMIT_NS));
            found(a, SECOND);
            assertAnswer(SECOND, Standing.DECIDED, a);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void threeDifferentWordsAreUndecidedAndAHigherTermIsWonOverThem(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.open(0);
            foundEverywhere(site, a, FIRST);
            for (int i = 0; i < 3; i++) {
                site.setWord(i, new OwnershipWord(5 + i, i % 2).bits());
            }

            assertAnswer(new OwnershipWord(7, 0), Standing.UNDECIDED, a);
            assertFalse(a.renew(new OwnershipWord(7, 0), LIMIT_NS));
            assertFalse(a.win(new OwnershipWord(6, 0), LIMIT_NS), "only one of them is lower");
            assertTrue(a.win(new OwnershipWord(8, 0), LIMIT_NS));
            assertAnswer(new OwnershipWord(8, 0), Standing.DECIDED, a);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void whatAMajorityHoldsIsDecidedWhateverTheThirdHolds(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.open(0);
            foundEverywhere(site, a, FIRST);
            site.setWord(1, THIRD.bits());

            assertAnswer(FIRST, Standing.DECIDED, a);
            assertTrue(a.renew(FIRST, LIMIT_NS));
            assertFalse(a.renew(THIRD, LIMIT_NS));
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void pairsAndOwnershipsDoNotMeetInOneWitness(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter pair = site.open(0);
            final WitnessArbiter other = site.open(site.builder("A", site.addressA(),
                new PartnerAddress("C", site.addressB())).witness(site.witnesses.getFirst().address()));
            final WitnessArbiter disk = site.open(site.builder(0).ownership("disk"));

            found(pair, FIRST);
            found(other, SECOND);
            found(disk, THIRD);

            assertAnswer(FIRST, Standing.DECIDED, pair);
            assertAnswer(SECOND, Standing.DECIDED, other);
            assertAnswer(THIRD, Standing.DECIDED, disk);
            assertEquals(List.of("A+B", "A+B/disk", "A+C"), site.witnesses.getFirst().pairs().stream()
                .map(WitnessedPair::name).sorted().toList());
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void theMemoryOfAWitnessGrowsWithItsPairs(final NodePair devices) throws Exception {
        final int pairs = 70;
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            for (int i = 1; i <= pairs; i++) {
                try (WitnessArbiter arbiter = site.builder(0).ownership("o" + i).open()) {
                    found(arbiter, new OwnershipWord(i, 0));
                }
            }
            final WitnessArbiter last = site.open(site.builder(1).ownership("o" + pairs));
            assertAnswer(new OwnershipWord(pairs, 0), Standing.DECIDED, last);
            assertEquals((long) pairs * (pairs + 1) / 2, site.witnesses.getFirst().pairs().stream()
                .mapToLong(pair -> pair.word().term()).sum());
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void twoProgramsUnderOneNameReplaceEachOthersConnectionAndBothGoOn(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter one = site.openFounded(FIRST);
            final WitnessArbiter other = site.open(0);

            for (int i = 0; i < 10; i++) {
                assertAnswer(FIRST, Standing.DECIDED, other);
                assertAnswer(FIRST, Standing.DECIDED, one);
            }
            assertTrue(site.witnesses.getFirst().pairs().getFirst().connectedNodes() <= 1);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void theFormerConnectionOfANodeEndsWhenItConnectsAgain(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            site.openFounded(FIRST);
            final Connection former = site.block(0).access(0).connection();
            site.open(0).read(LIMIT_NS);
            former.whenDisconnected().get(LIMIT_NS, TimeUnit.NANOSECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aPairThatIsForgottenFindsAnEmptyBlockAndFoundsItAgain(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final Witness witness = site.witnesses.getFirst();
            final WitnessArbiter a = site.openFounded(FIRST);
            final WitnessArbiter b = site.open(1);
            assertTrue(b.win(SECOND, LIMIT_NS));

            assertFalse(witness.forget("A+C"), "there is no such pair");
            assertTrue(witness.forget("A+B"));

            assertAnswer(OwnershipWord.NONE, Standing.FRESH, a);
            assertAnswer(OwnershipWord.NONE, Standing.FRESH, b);
            assertFalse(a.win(THIRD, LIMIT_NS));
            found(b, SECOND);
            assertTrue(b.renew(SECOND, LIMIT_NS));
            assertTrue(a.win(THIRD, LIMIT_NS));
            assertFalse(b.win(THIRD, LIMIT_NS), "this term is won");
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aPairThatIsForgottenMakesRoomForAnotherThatSeesNothingOfIt(final NodePair devices) throws Exception {
        devices.require();
        try (Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), WitnessSite.SECRET, 1);
            WitnessSite site = new WitnessSite(devices, 0)) {
            try (WitnessArbiter former = site.builder(0).witness(witness.address()).open()) {
                found(former, THIRD);
            }
            assertTrue(witness.forget("A+B"));
            assertEquals(List.of(), witness.pairs());

            final WitnessArbiter other = site.open(site.builder(0).ownership("other").witness(witness.address()));
            assertAnswer(OwnershipWord.NONE, Standing.FRESH, other);
            found(other, FIRST);
            assertEquals(List.of(new WitnessedPair("A+B/other", FIRST, 1)), witness.pairs());
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aClosedWitnessForgetsNothing(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final Witness witness = site.witnesses.getFirst();
            witness.close();
            assertThrows(IllegalStateException.class, () -> witness.forget("A+B"));
        }
    }

    private static long countVoiceThreads() {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("ccm-voices-")).count();
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void anArbiterHasOneThreadHoweverManyWitnessesItAsks(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final long before = countVoiceThreads();
            foundEverywhere(site, site.open(0), FIRST);

            assertEquals(before + 1, countVoiceThreads());
        }
    }
}
