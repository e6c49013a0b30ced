// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What happens to a pair with one seed: trouble of all kinds, then a stretch without faults, then a single loss.
 *
 * <p>The judge watches all of it. In the stretch without faults, somebody owns from {@link #boundNs} on. After the
 * single loss, nothing happens if the pair can do without what it has lost; otherwise somebody owns within a bound.
 */
final class OwnershipStory {

    private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
        RandomGeneratorFactory.of("L64X128MixRandom");
    private static final int TROUBLES = 24;

    /** What the pair loses after the stretch without faults. */
    private enum Loss {
        NOTHING, OWNER, PARTNER, ARBITER, LINK, MEMORY_OF_ARBITER, WISH_TO_OWN, WISH_TO_OWN_AND_PARTNER
    }

    private final long seed;
    private final RandomGenerator random;
    private final SimulatedPair pair;
    private long longestNs;

    OwnershipStory(final long seed, final SimulatedPair.RulesFactory factory) {
        this.seed = seed;
        this.random = RANDOM.create(seed);
        this.pair = new SimulatedPair(random, factory);
    }

    /** Tells the story. Fails with the seed and the state of the pair. */
    void tell() {
        String chapter = "trouble";
        try {
            pair.start();
            makeTrouble();
            chapter = "repair";
            pair.repair();
            pair.runUntil(pair.time.nowNs() + 2 * pair.leaseNs);
            awaitOwner(boundNs());
            final Loss loss = Loss.values()[random.nextInt(Loss.values().length)];
            chapter = loss.toString();
            lose(loss);
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + chapter + ": " + e.getMessage() + "\n" + pair, e);
        }
    }

    /** How long after everything was repaired it took until somebody owned. */
    double leasesUntilOwner() {
        return (double) (longestNs - 10 * SimulatedPair.INTERVAL_NS) / pair.leaseNs;
    }

    long acquisitions() {
        return pair.judge.acquisitions();
    }

    /** Trouble comes at any time, and most of it while a node that has won waits. */
    private void makeTrouble() {
        final int[] favourites = {random.nextInt(8), random.nextInt(8), random.nextInt(8)};
        pair.ambush = () -> {
            for (int i = 0; i < 3; i++) {
                final int kind = random.nextInt(8);
                pair.time.after(pair.logarithmicNs(pair.leaseNs / 50, pair.leaseNs), () -> {
                    if (pair.slow) {
                        makeTrouble(kind);
                    }
                });
            }
        };
        for (int i = 0; i < TROUBLES; i++) {
            pair.runUntil(pair.time.nowNs() + pair.logarithmicNs(pair.leaseNs / 20, 3 * pair.leaseNs));
            makeTrouble(random.nextInt(3) == 0 ? random.nextInt(8) : favourites[random.nextInt(3)]);
        }
    }

    private void makeTrouble(final int kind) {
        final int index = random.nextInt(2);
        final SimulatedNode node = pair.nodes[index];
        final SimulatedVoice voice = pair.voices[random.nextInt(pair.voices.length)];
        final long lengthNs = pair.logarithmicNs(pair.leaseNs / 10, 3 * pair.leaseNs);
        switch (kind) {
            case 0 -> pair.reaches[index] ^= true;
            case 1 -> {
                pair.reaches[0] ^= true;
                pair.reaches[1] = pair.reaches[0];
            }
            case 2 -> voice.reached[index] ^= true;
            case 3 -> voice.answers[index] ^= true;
            case 4 -> node.pause(lengthNs);
            case 5 -> {
                node.kill();
                pair.time.after(random.nextInt(3) == 0 ? lengthNs : lengthNs / 10, node::start);
            }
            case 6 -> {
                voice.stop();
                pair.time.after(random.nextBoolean() ? lengthNs : lengthNs / 10, () -> voice.running = true);
            }
            default -> {
                if (random.nextBoolean()) {
                    node.handOver(lengthNs);
                } else {
                    pair.repair();
                    pair.slow = true;
                }
            }
        }
    }

    /** Ten intervals, and the wait of who takes over by its own clock. */
    private long boundNs() {
        return 10 * SimulatedPair.INTERVAL_NS + pair.leaseNs * 103 / 100;
    }

    private void awaitOwner(final long limitNs) {
        final long beginNs = pair.time.nowNs();
        while (pair.judge.owner() < 0) {
            if (pair.time.nowNs() - beginNs > limitNs) {
                throw new AssertionError("nobody owns");
            }
            step();
        }
        longestNs = Math.max(longestNs, pair.time.nowNs() - beginNs);
        pair.runUntil(Math.max(pair.time.nowNs(), beginNs + limitNs));
        requireOwner(pair.judge.owner(), 10 * SimulatedPair.INTERVAL_NS);
    }

    private void step() {
        pair.runUntil(pair.time.nextNs());
    }

    /**
     * Requires that this node owns all the time. Its term may rise: a message sent in times of trouble may have given a
     * higher one to a voice.
     */
    private void requireOwner(final int owner, final long lengthNs) {
        final long endNs = pair.time.nowNs() + lengthNs;
        while (pair.time.nextNs() <= endNs) {
            pair.time.advanceTo(pair.time.nextNs() - 1);
            if (owner < 0 || pair.nodes[owner].ownedTerm() == 0) {
                throw new AssertionError("node " + owner + " owns no longer");
            }
            step();
        }
    }

    private void lose(final Loss loss) {
        final int owner = pair.judge.owner();
        final long term = pair.judge.ownedTerm();
        final long longNs = 4 * pair.leaseNs + pair.deadAfterNs;
        switch (loss) {
            case NOTHING -> requireOwner(owner, longNs);
            case OWNER -> {
                pair.nodes[owner].kill();
                awaitOwner(pair.deadAfterNs + boundNs() + pair.leaseNs);
            }
            case PARTNER -> {
                pair.nodes[1 - owner].kill();
                requireOwner(owner, longNs);
            }
            case ARBITER -> {
                pair.reachVoices(false);
                requireOwner(owner, longNs);
            }
            case LINK -> {
                pair.reaches[random.nextInt(2)] = false;
                requireOwner(owner, longNs);
            }
            case MEMORY_OF_ARBITER -> {
                for (final SimulatedVoice voice : pair.voices) {
                    voice.stop();
                    pair.time.after(pair.random.nextInt((int) pair.leaseNs), () -> voice.running = true);
                }
                requireOwner(owner, 3 * pair.leaseNs + 10 * SimulatedPair.INTERVAL_NS);
                pair.nodes[1 - owner].kill();
                requireOwner(owner, longNs);
            }
            case WISH_TO_OWN -> handOver(owner, term);
            case WISH_TO_OWN_AND_PARTNER -> {
                requireHandOver(owner, term, 100 * longNs);
                pair.nodes[1 - owner].kill();
                pair.runUntil(pair.time.nowNs() + 1);
                awaitOwner(pair.deadAfterNs + boundNs());
            }
        }
    }

    private void handOver(final int owner, final long term) {
        requireHandOver(owner, term, 10 * SimulatedPair.INTERVAL_NS);
        pair.runUntil(pair.time.nowNs() + 8 * SimulatedPair.INTERVAL_NS);
        if (pair.judge.owner() != 1 - owner || pair.judge.ownedTerm() != term + 1) {
            throw new AssertionError("term " + pair.judge.ownedTerm() + " is owned by " + pair.judge.owner()
                + " after " + owner + " has handed over term " + term);
        }
    }

    private void requireHandOver(final int owner, final long term, final long lengthNs) {
        if (pair.nodes[owner].handOver(lengthNs) != term) {
            throw new AssertionError("the owner does not hand over term " + term);
        }
    }
}
