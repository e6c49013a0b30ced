// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One witness serves many pairs, which win, renew and lose next to each other. Property {@code ccm.witness.pairs} sets
 * how many.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ManyPairsTest {

    private static final int PAIRS = Integer.getInteger("ccm.witness.pairs", 100);
    private static final int THREADS = 8;
    private static final int RENEWALS = 5;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    /** What one pair does. */
    @FunctionalInterface
    private interface Step {
        void play(int pair) throws Exception;
    }

    private final List<WitnessArbiter> ofA = new ArrayList<>();
    private final List<WitnessArbiter> ofB = new ArrayList<>();

    private static OwnershipWord first(final int pair) {
        return new OwnershipWord(1_000L * (pair + 1), 0);
    }

    /** Odd pairs have a second owner, and even ones keep their first. */
    private static boolean changes(final int pair) {
        return pair % 2 == 1;
    }

    private static OwnershipWord last(final int pair) {
        return changes(pair) ? first(pair).next(1) : first(pair);
    }

    /** Plays a step of all pairs on several threads; returns how long one pair took on average. */
    private static double play(final ExecutorService threads, final Step step) throws Exception {
        final long startNs = System.nanoTime();
        final List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            final int pair = i;
            ends.add(threads.submit(() -> {
                step.play(pair);
                return null;
            }));
        }
        for (final Future<?> end : ends) {
            end.get();
        }
        return (System.nanoTime() - startNs) / 1e6 / PAIRS;
    }

    private void found(final int pair) throws Exception {
        assertEquals(Standing.FRESH, ofA.get(pair).read(LIMIT_NS).standing());
        assertTrue(ofA.get(pair).foundWith(first(pair), LIMIT_NS));
        assertEquals(first(pair), ofB.get(pair).read(LIMIT_NS).word());
    }

    private void renew(final int pair) throws Exception {
        for (int i = 0; i < RENEWALS; i++) {
            assertTrue(ofA.get(pair).renew(first(pair), LIMIT_NS));
        }
    }

    private void change(final int pair) throws Exception {
        if (changes(pair)) {
            assertTrue(ofB.get(pair).win(last(pair), LIMIT_NS));
            assertFalse(ofA.get(pair).renew(first(pair), LIMIT_NS));
            assertFalse(ofA.get(pair).win(first(pair).next(0), LIMIT_NS), "this term is won");
        } else {
            assertTrue(ofA.get(pair).renew(first(pair), LIMIT_NS));
        }
    }

    private void check(final int pair) throws Exception {
        assertEquals(last(pair), ofA.get(pair).read(LIMIT_NS).word());
        assertEquals(Standing.DECIDED, ofB.get(pair).read(LIMIT_NS).standing());
        assertTrue((changes(pair) ? ofB : ofA).get(pair).renew(last(pair), LIMIT_NS));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void pairsOfOneWitnessDecideIndependently(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1);
             ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            final long residentKb = residentKb();
            final long heapBytes = heapBytes();
            final long startNs = System.nanoTime();
            for (int i = 0; i < PAIRS; i++) {
                ofA.add(site.open(site.builder(0).ownership("o" + i)));
                ofB.add(site.open(site.builder(1).ownership("o" + i)));
            }
            final double openMs = (System.nanoTime() - startNs) / 1e6 / PAIRS;
            final double foundMs = play(threads, this::found);
            final double renewMs = play(threads, this::renew) / RENEWALS;
            final double changeMs = play(threads, this::change);
            play(threads, this::check);

            assertEquals(PAIRS, site.witnesses.getFirst().pairs().stream()
                .filter(pair -> pair.connectedNodes() == 2).count());
            System.out.printf(Locale.ROOT, "%d pairs on %s: per pair %.1f ms to open, %.2f to connect and found, %.3f"
                + " per renewal, %.3f to change; %d KiB resident and %d KiB of heap, both nodes and the witness%n",
                PAIRS, devices, openMs, foundMs, renewMs, changeMs, (residentKb() - residentKb) / PAIRS,
                (heapBytes() - heapBytes) / 1024 / PAIRS);
        }
    }

    private static long residentKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
