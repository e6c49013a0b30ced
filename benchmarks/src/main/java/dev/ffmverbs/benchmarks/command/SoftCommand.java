// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.rigs.soft.RatioBound;
import dev.ffmverbs.benchmarks.rigs.soft.ReadLoad;
import dev.ffmverbs.benchmarks.rigs.soft.ReferenceProgram;
import dev.ffmverbs.benchmarks.rigs.soft.RunFigures;
import dev.ffmverbs.benchmarks.rigs.soft.SoftRig;
import dev.ffmverbs.benchmarks.rigs.soft.WaitMode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench soft}: the software device and a plain C program that moves the same packets, in turns. */
@Command(name = "soft", sortOptions = false,
    description = "READs between two processes over the software device, in turns with a C program that moves the same"
        + " packets over UDP in the same mode, and compares the medians. Status 1 if a ratio misses its bound.")
final class SoftCommand implements Callable<Integer> {

    private static final RatioBound LATENCY = RatioBound.atMost("p50, software device to C", 1.5);
    private static final RatioBound THROUGHPUT = RatioBound.atLeast("throughput, software device to C", 0.5);
    private static final int SMALL_BYTES = 8;
    private static final int LARGE_BYTES = 1 << 16;

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = "--mode", split = ",", defaultValue = "POLL,BLOCK", paramLabel = "MODE",
        description = "Any of ${COMPLETION-CANDIDATES}; both by default.")
    private List<WaitMode> modes;

    @Option(names = "--runs", defaultValue = "5", paramLabel = "COUNT",
        description = "Runs of each side (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--latency-iters", defaultValue = "20000", paramLabel = "COUNT",
        description = "READs of 8 bytes timed per run (${DEFAULT-VALUE}).")
    private int latencyOperations;

    @Option(names = "--throughput-iters", defaultValue = "40000", paramLabel = "COUNT",
        description = "READs of 64 KiB timed per run (${DEFAULT-VALUE}).")
    private int throughputOperations;

    @Option(names = "--depth", defaultValue = "4", paramLabel = "COUNT",
        description = "READs of 64 KiB in flight, 1 to " + SoftRig.MAXIMUM_DEPTH + " (${DEFAULT-VALUE}).")
    private int depth;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final NumberRange range = new NumberRange(specification);
        range.require("--runs", runs, 1, Integer.MAX_VALUE);
        range.require("--latency-iters", latencyOperations, 1, Integer.MAX_VALUE);
        range.require("--throughput-iters", throughputOperations, 1, Integer.MAX_VALUE);
        range.require("--depth", depth, 1, SoftRig.MAXIMUM_DEPTH);
        final ReadLoad small = new ReadLoad(SMALL_BYTES, 1, latencyOperations, latencyOperations);
        final ReadLoad large = new ReadLoad(LARGE_BYTES, depth, throughputOperations, throughputOperations);
        boolean areAllMet = true;
        try (ReferenceProgram reference = new ReferenceProgram()) {
            final SoftRig rig = new SoftRig(runs, reference, output);
            for (final WaitMode mode : modes) {
                areAllMet &= judge(LATENCY, rig.compare(mode, small, RunFigures::p50Ns));
                areAllMet &= judge(THROUGHPUT, rig.compare(mode, large, run -> run.bytesPerSecond(large)));
            }
        }
        return areAllMet ? 0 : 1;
    }

    private boolean judge(final RatioBound bound, final double ratio) {
        output.println(bound.describe(ratio));
        return bound.isMetBy(ratio);
    }
}
