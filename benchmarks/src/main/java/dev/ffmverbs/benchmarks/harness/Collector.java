// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.result.RunResult;
import dev.ffmverbs.benchmarks.result.SafepointTimes;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Collects runs by suite, device, operation and side. Not thread-safe. */
final class Collector {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long PS_PER_NS = 1000;

    private record Key(String suite, String device, String operation, Side side) {

        String fileName() {
            return device + "-" + suite + "-" + operation + "-" + side.name();
        }
    }

    private static final class Collected {
        private final Histogram timesPs = new Histogram(SIGNIFICANT_DIGITS);
        private final List<RunResult> runs = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
    }

    private final Map<Key, Collected> collected = new LinkedHashMap<>();
    private final Map<List<String>, List<Long>> safepointsNs = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    /** Adds what a task measured, and marks the operations of a failed task. */
    void add(final Task task, final TaskProcess.Outcome outcome) {
        outcome.failure().ifPresent(failures::add);
        if (!outcome.safepointsNs().isEmpty()) {
            safepointsNs.computeIfAbsent(List.of(task.suite().label(), task.device().label(), task.side().name()),
                key -> new ArrayList<>()).addAll(outcome.safepointsNs());
        }
        for (final Samples samples : outcome.samples()) {
            final Collected operation = collected.computeIfAbsent(
                new Key(task.suite().label(), task.device().label(), samples.operation(), task.side()),
                key -> new Collected());
            operation.runs.add(RunResult.of(task.round(), samples,
                task.suite().mayAllocate() || task.side().family() == Family.PEER));
            outcome.failure().ifPresent(
                failure -> operation.failures.add("run " + task.round() + " ended early"));
            for (final long timeNs : samples.timesNs()) {
                operation.timesPs.recordValue(timeNs * PS_PER_NS / samples.callsPerSample());
            }
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    List<SafepointTimes> safepoints() {
        return safepointsNs.entrySet().stream().map(entry -> SafepointTimes.of(
            entry.getKey().get(0), entry.getKey().get(1), entry.getKey().get(2), entry.getValue())).toList();
    }

    List<OperationResult> results() {
        final List<OperationResult> results = new ArrayList<>();
        collected.forEach((key, operation) -> results.add(OperationResult.of(key.suite(), key.device(),
            key.operation(), key.side().name(), key.side().family().name(),
            PercentilePoint.curve(operation.timesPs), operation.runs, operation.failures)));
        return results;
    }

    /** Writes a {@code .hgrm} file for each operation of each side. */
    void writeHistograms(final ResultFolder folder) throws IOException {
        for (final Map.Entry<Key, Collected> entry : collected.entrySet()) {
            folder.write(entry.getKey().fileName(), entry.getValue().timesPs);
        }
    }
}
