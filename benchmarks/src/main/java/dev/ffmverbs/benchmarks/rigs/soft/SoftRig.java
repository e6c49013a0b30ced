// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.result.Skip;
import dev.ffmverbs.benchmarks.statistics.MedianInterval;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures sides in turns, two processes each. */
public final class SoftRig {

    private final String suite;
    private final List<Side> sides;
    private final int runs;
    private final PrintStream output;
    private final Map<Load, Map<Side, List<Figures>>> measured = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Skip> skips = new ArrayList<>();

    /**
     * Creates a rig.
     *
     * @param suite  name of the suite in results.
     * @param sides  what is compared.
     * @param runs   runs of each side, at least 1.
     * @param output receives a line for each run.
     */
    public SoftRig(final String suite, final List<Side> sides, final int runs, final PrintStream output) {
        this.suite = suite;
        this.sides = List.copyOf(sides);
        this.runs = runs;
        this.output = output;
    }

    /**
     * Measures all sides. Every run begins with another side, so that a passing load does not always affect the same
     * one. If a process fails, the run is left out, and {@link #failures} has a sentence about it.
     *
     * @param load what they do.
     */
    public void compare(final Load load) {
        output.println(load);
        output.println(Figures.header());
        final Map<Side, List<Figures>> figures = new LinkedHashMap<>();
        for (final Side side : sides) {
            side.whyNot(load).ifPresentOrElse(reason -> skip(load, side, reason),
                () -> figures.put(side, new ArrayList<>()));
        }
        for (int run = 0; run < runs; run++) {
            final List<Side> order = new ArrayList<>(figures.keySet());
            Collections.rotate(order, run);
            for (final Side side : order) {
                try {
                    final Figures found = side.run(load);
                    figures.get(side).add(found);
                    output.println(found.row(load.lengthBytes(), side.name()));
                } catch (final IOException e) {
                    failures.add(load.label() + ", " + side.name() + ", run " + (run + 1) + ": " + e.getMessage());
                    output.println("FAILED: " + failures.getLast());
                }
            }
        }
        figures.values().removeIf(List::isEmpty);
        measured.put(load, figures);
        figures.forEach((side, all) -> output.println(summary(load, side, all)));
    }

    private void skip(final Load load, final Side side, final String reason) {
        skips.add(new Skip(suite, load.label(), side.name(), reason));
        output.println("not measured: " + side.name() + ": " + reason);
    }

    private static String summary(final Load load, final Side side, final List<Figures> runs) {
        final MedianInterval rates =
            MedianInterval.of(runs.stream().mapToDouble(Figures::operationsPerSecond).toArray());
        return String.format(Locale.ROOT, "median of %d: %s, %s: p50 %.2f us, %.0f (%.0f to %.0f) operations/s,"
            + " %.1f MB/s, processor time %.3f us", runs.size(), load.label(), side.name(), Figure.P50.median(runs),
            rates.median(), rates.low(), rates.high(), rates.median() * load.lengthBytes() / 1e6,
            Figure.PROCESSOR.median(runs));
    }

    /**
     * Returns what was measured.
     *
     * @return the runs of each side by its name, by the names of the loads.
     */
    public Map<String, Map<String, List<Figures>>> measurements() {
        final Map<String, Map<String, List<Figures>>> byName = new LinkedHashMap<>();
        measured.forEach((load, figures) -> {
            final Map<String, List<Figures>> ofLoad = new LinkedHashMap<>();
            figures.forEach((side, runs) -> ofLoad.put(side.name(), runs));
            byName.put(load.label(), ofLoad);
        });
        return byName;
    }

    /**
     * Returns what was measured, as results.
     *
     * @param device name of the device in results.
     * @return the results.
     */
    public SoftResults results(final String device) {
        return new SoftResults(suite, device, measured, skips, failures());
    }

    /**
     * Returns what went wrong.
     *
     * @return a sentence for each run that failed.
     */
    public List<String> failures() {
        return List.copyOf(failures);
    }
}
