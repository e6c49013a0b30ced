// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.RunResult;
import dev.ffmverbs.benchmarks.result.Skip;
import dev.ffmverbs.benchmarks.statistics.MedianInterval;
import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Converts figures to the form of all results. Each load has two operations: the time of a request and its processor
 * time. The time is that of a post if one is in flight, and otherwise that of the run divided by the number of
 * requests.
 */
public final class SoftResults {

    /** Suffix of the name of an operation that is a processor time. */
    private static final String PROCESSOR_TIME = "-processor-time";
    private static final double MEDIAN = 50;
    private static final double P99 = 99;

    private final String suite;
    private final String device;
    private final Map<Load, Map<Side, List<Figures>>> measured;
    private final List<Skip> skips;
    private final List<String> failures;

    SoftResults(
        final String suite, final String device, final Map<Load, Map<Side, List<Figures>>> measured,
        final List<Skip> skips, final List<String> failures) {
        this.suite = suite;
        this.device = device;
        this.measured = measured;
        this.skips = List.copyOf(skips);
        this.failures = failures;
    }

    /**
     * Adds these results to a report.
     *
     * @param former the report; its results of this suite on the same device are replaced.
     * @return a report with both.
     */
    public Report addTo(final Report former) {
        final List<OperationResult> all = new ArrayList<>(former.results());
        all.removeIf(result -> result.suite().equals(suite) && result.device().equals(device));
        all.addAll(operations());
        final Map<String, String> bindings = new LinkedHashMap<>(former.bindings());
        measured.values().forEach(sides -> sides.keySet().forEach(
            side -> bindings.putIfAbsent(side.name(), side.description())));
        final Set<String> allFailures = new LinkedHashSet<>(former.failures());
        allFailures.addAll(failures);
        final Set<Skip> allSkips = new LinkedHashSet<>(former.skips());
        allSkips.addAll(skips);
        return new Report(former.command(), former.interrupted(), former.environment(), bindings, all,
            former.safepoints(), List.copyOf(allSkips), List.copyOf(allFailures), former.scale());
    }

    /** Returns one result for each load, side and figure. */
    List<OperationResult> operations() {
        final List<OperationResult> all = new ArrayList<>();
        measured.forEach((load, sides) -> {
            final boolean isLatency = (load.transfer() == Transfer.READ || load.transfer() == Transfer.MESSAGE)
                && load.posts() * load.queuePairs() == 1;
            sides.forEach((side, runs) -> all.add(result(load.label(), side, runs, isLatency ? curve(runs) : List.of(),
                isLatency ? Figures::p50Ns : Figures::nsPerOperation)));
            sides.forEach((side, runs) -> all.add(result(load.label() + PROCESSOR_TIME, side, runs, List.of(),
                Figures::processorNsPerOperation)));
        });
        return all;
    }

    /** Returns a curve of two points: the medians of the runs' percentiles. */
    private static List<PercentilePoint> curve(final List<Figures> runs) {
        return List.of(new PercentilePoint(MEDIAN, median(runs, Figures::p50Ns)),
            new PercentilePoint(P99, median(runs, Figures::p99Ns)));
    }

    private static double median(final List<Figures> runs, final ToDoubleFunction<Figures> figure) {
        return MedianInterval.of(runs.stream().mapToDouble(figure).toArray()).median();
    }

    private static Family family(final Side side) {
        return side.isC() ? Family.C : side.isPeer() ? Family.PEER : Family.FFM_SHARED;
    }

    private OperationResult result(
        final String operation, final Side side, final List<Figures> runs, final List<PercentilePoint> curve,
        final ToDoubleFunction<Figures> figure) {
        final List<RunResult> results = new ArrayList<>();
        for (final Figures run : runs) {
            results.add(new RunResult(results.size() + 1, figure.applyAsDouble(run), 1, run.operations(),
                run.operations(), run.operations(), run.allocatedBytesPerOperation(), 1, List.of(), List.of()));
        }
        return OperationResult.of(suite, device, operation, side.name(),
            family(side).name(), curve, results, List.of());
    }
}
