// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Two nodes, the voices of their arbiter, and the network between them, in virtual time. */
final class SimulatedPair {

    static final double CLOCK_BOUND = 0.01;
    static final long INTERVAL_NS = 1_000_000;

    /** Creates the rules of a node that starts. Tests create broken ones. */
    interface RulesFactory {
        OwnershipRules create(
            OwnershipSettings settings, LongSupplier clock, LongSupplier firstTerm, OwnershipChanges changes,
            BooleanSupplier haste);
    }

    final VirtualTime time = new VirtualTime();
    final OwnershipJudge judge = new OwnershipJudge();
    final RandomGenerator random;
    final RulesFactory factory;
    final SimulatedVoice[] voices;
    final SimulatedNode[] nodes;
    final long leaseNs;
    final long deadAfterNs;
    final int preferred;
    final long shortestNs;

    /** Whether a message from a node reaches the other. */
    final boolean[] reaches = {true, true};

    /** Called when a node has won, and has told nobody. */
    Runnable ambush = () -> { };

    /** Whether nodes try to win when it is not their turn. */
    boolean hasty;

    /** Whether messages take as long as the network likes, or only as long as they should. */
    boolean slow = true;

    SimulatedPair(final RandomGenerator random, final RulesFactory factory) {
        this.random = random;
        this.factory = factory;
        leaseNs = INTERVAL_NS * (2 + random.nextInt(7));
        deadAfterNs = INTERVAL_NS * (3 + random.nextInt(12));
        hasty = random.nextBoolean();
        shortestNs = INTERVAL_NS / (random.nextBoolean() ? 100 : 10_000);
        preferred = random.nextInt(2);
        voices = new SimulatedVoice[random.nextBoolean() ? 1 : 3];
        final OwnershipWord word =
            random.nextBoolean() ? OwnershipWord.NONE : new OwnershipWord(1 + random.nextInt(3), random.nextInt(2));
        for (int i = 0; i < voices.length; i++) {
            voices[i] = new SimulatedVoice(word);
        }
        nodes = new SimulatedNode[] {new SimulatedNode(this, 0), new SimulatedNode(this, 1)};
    }

    /** Returns how long a message takes, or a thread until it runs. */
    long delayNs() {
        final long usualNs = shortestNs + random.nextInt((int) shortestNs * 5);
        return slow && random.nextInt(12) == 0 ? logarithmicNs(INTERVAL_NS / 10, 2 * leaseNs) : usualNs;
    }

    long logarithmicNs(final long fromNs, final long toNs) {
        return (long) (fromNs * Math.pow((double) toNs / fromNs, random.nextDouble()));
    }

    void start() {
        nodes[0].start();
        nodes[1].start();
    }

    /** Lets time pass. The judge looks before and after everything that happens. */
    void runUntil(final long endNs) {
        while (time.nextNs() <= endNs) {
            time.take().run();
            judge.noteAnswers(nodes[0].ownedTerm(), nodes[1].ownedTerm());
        }
        time.advanceTo(endNs);
    }

    /** Repairs everything. Nodes and voices that were down start with empty memory. */
    void repair() {
        slow = false;
        hasty = false;
        for (int node = 0; node < 2; node++) {
            reaches[node] = true;
            nodes[node].resume();
            nodes[node].start();
        }
        for (final SimulatedVoice voice : voices) {
            voice.running = true;
            reachVoice(voice, true);
        }
    }

    void noteWin() {
        if (slow && random.nextBoolean()) {
            ambush.run();
        }
    }

    void reachVoices(final boolean reached) {
        for (final SimulatedVoice voice : voices) {
            reachVoice(voice, reached);
        }
    }

    private static void reachVoice(final SimulatedVoice voice, final boolean reached) {
        for (int node = 0; node < 2; node++) {
            voice.reached[node] = reached;
            voice.answers[node] = reached;
        }
    }

    @Override
    public String toString() {
        return "at " + time.nowNs() + ", lease " + leaseNs + ", dead after " + deadAfterNs + ", preferred " + preferred
            + ", " + voices.length + " voices\n" + nodes[0] + "\n" + nodes[1];
    }
}
