// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes that run with the name of one node. */
@Timeout(300)
class NamesakeTest {

    private static final int SEEDS = 500;

    /**
     * An owner reaches its arbiter only, and is believed dead. Another process with its name begins on another machine,
     * and the partner finds that one.
     */
    private static final class Story {

        private final SimulatedPair pair;
        private final SimulatedNode owner;

        Story(final long seed) {
            pair = new SimulatedPair(
                RandomGeneratorFactory.of("L64X128MixRandom").create(seed), SimulatedRules::create);
            pair.slow = false;
            pair.hasty = false;
            owner = pair.nodes[0];
        }

        /** Tells the story, if node 0 is the one that owns first. Returns whether it is. */
        boolean tell(final boolean partnerBeginsAgain) {
            pair.start();
            pair.runUntil(20 * SimulatedPair.INTERVAL_NS + 5 * pair.leaseNs);
            if (owner.ownedTerm() == 0) {
                return false;
            }
            owner.secluded = true;
            pair.runUntil(pair.time.nowNs() + 5 * pair.leaseNs + pair.deadAfterNs);
            assertTrue(owner.ownedTerm() > 0, () -> "its arbiter does not renew it: " + pair);
            pair.nodes[0] = new SimulatedNode(pair, 0);
            // Another incarnation than that of the owner.
            pair.nodes[0].kill();
            if (partnerBeginsAgain) {
                pair.nodes[1].kill();
            }
            pair.start();
            awaitOneOwner();
            return true;
        }

        private void awaitOneOwner() {
            final long endNs = pair.time.nowNs() + 10 * pair.leaseNs + 100 * SimulatedPair.INTERVAL_NS;
            do {
                assertTrue(pair.time.nowNs() < endNs, () -> "nobody else owns: " + owner + "; " + pair);
                pair.runUntil(pair.time.nextNs());
                assertTrue(owner.ownedTerm() == 0 || pair.nodes[0].ownedTerm() == 0 && pair.nodes[1].ownedTerm() == 0,
                    () -> "two own: " + owner + "; " + pair);
            } while (pair.nodes[0].ownedTerm() == 0 && pair.nodes[1].ownedTerm() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextOwnerWaitsForTheLeaseOfTheFirst(final boolean partnerBeginsAgain) {
        int stories = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            stories += new Story(seed).tell(partnerBeginsAgain) ? 1 : 0;
        }
        assertTrue(stories > SEEDS / 4, stories + " stories");
    }
}
