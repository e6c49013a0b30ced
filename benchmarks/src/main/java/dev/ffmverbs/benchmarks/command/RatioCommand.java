// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.rigs.latency.LatencyRow;
import dev.ffmverbs.benchmarks.rigs.latency.Operation;
import dev.ffmverbs.benchmarks.rigs.latency.PerftestComparison;
import dev.ffmverbs.benchmarks.rigs.latency.PerftestRig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench ratio}: this binding and perftest on one device of this machine, in turns. */
@Command(name = "ratio", sortOptions = false,
    description = "Measures READ, WRITE and SEND in turns with perftest and with this binding, two processes each on "
        + "one device of this machine, and compares the medians. Status 1 if a ratio is above the limit.")
final class RatioCommand implements Callable<Integer> {

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Mixin
    private PerftestOptions perftestOptions;

    @Option(names = {"-n", "--iters"}, defaultValue = "5000", paramLabel = "COUNT",
        description = "Operations timed per run (${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = "--runs", defaultValue = "9", paramLabel = "COUNT",
        description = "Runs of each side (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--operation", split = ",", defaultValue = "READ,WRITE,SEND", paramLabel = "NAME",
        description = "Any of ${COMPLETION-CANDIDATES}; all by default.")
    private List<Operation> operations;

    @Option(names = "--limit", defaultValue = "1.10", paramLabel = "RATIO",
        description = "Highest ratio of the binding's median to perftest's that passes (${DEFAULT-VALUE}).")
    private double limit;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Write the percentiles of every run of the binding to this folder, in .hgrm format.")
    private Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final NumberRange range = new NumberRange(specification);
        perftestOptions.require(range);
        PerftestOptions.requireIterations(range, iterations);
        range.require("--runs", runs, 1, Integer.MAX_VALUE);
        if (folder != null) {
            new ResultFolder(folder).prepare();
        }
        final PerftestRig rig = new PerftestRig(runs, iterations, folder, output);
        output.println(LatencyRow.HEADER);
        final List<PerftestComparison> comparisons = new ArrayList<>();
        for (final Operation operation : operations) {
            comparisons.add(rig.compare(PerftestRig.resolve(operation, perftestOptions.deviceName(),
                perftestOptions.gidIndex(), perftestOptions.sizeBytes())));
        }
        comparisons.forEach(comparison -> output.print(comparison.describe(limit)));
        return comparisons.stream().allMatch(comparison -> comparison.ratio() <= limit) ? 0 : 1;
    }
}
