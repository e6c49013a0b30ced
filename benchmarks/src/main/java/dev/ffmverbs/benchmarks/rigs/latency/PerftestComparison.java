// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs of one operation on both sides, and the ratio of their medians. */
public final class PerftestComparison {

    private final Operation operation;
    private final List<LatencyRow> perftest = new ArrayList<>();
    private final List<LatencyRow> binding = new ArrayList<>();

    PerftestComparison(final Operation operation) {
        this.operation = operation;
    }

    void addPerftest(final LatencyRow row) {
        perftest.add(row);
    }

    void addBinding(final LatencyRow row) {
        binding.add(row);
    }

    /**
     * Divides the median over all runs of the binding's p50 by the same median of perftest.
     *
     * @return the ratio; above 1 if the binding is slower.
     */
    public double ratio() {
        return medianOfMedians(binding) / medianOfMedians(perftest);
    }

    private static double medianOfMedians(final List<LatencyRow> rows) {
        return OrderStatistics.of(rows.stream().mapToDouble(LatencyRow::typicalUs).toArray()).median();
    }

    /**
     * Describes both sides' medians in microseconds, run by run, and the verdict.
     *
     * @param limit highest ratio that meets the bound.
     * @return three lines.
     */
    public String describe(final double limit) {
        final double ratio = ratio();
        return describeSide(operation.perftestTool(), perftest) + describeSide("ffm-verbs", binding)
            + String.format(Locale.ROOT, "%-6s ratio of medians %.3f, required <= %.2f: %s%n", operation, ratio, limit,
                ratio <= limit ? "met" : "MISSED");
    }

    private String describeSide(final String side, final List<LatencyRow> rows) {
        return String.format(Locale.ROOT, "%-6s %-13s median of p50 %8.2f usec, of runs %s%n", operation, side,
            medianOfMedians(rows), rows.stream()
                .map(row -> String.format(Locale.ROOT, "%.2f", row.typicalUs())).collect(Collectors.joining(" ")));
    }
}
