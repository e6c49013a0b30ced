// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.rigs.beats.BeatsRig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench beats}: the heartbeats of the demonstration next to a C program that sends the same packets. */
@Command(name = "beats", sortOptions = false,
    description = {"Runs the demonstration of ccm repeatedly, each time next to a C program that sends the packets of"
        + " the same READs at the same interval, and compares the medians.",
        "Status 1 if a demonstration fails, a beat is unanswered, or the ratio misses its bound."})
final class BeatsCommand implements Callable<Integer> {

    /** A demonstration may take two minutes, including its start and end. */
    private static final int LONGEST_S = 60;
    private static final int MOST_LOOPS = 1000;

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = "--runs", defaultValue = "20", paramLabel = "COUNT",
        description = "Number of demonstrations (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--duration", defaultValue = "5", paramLabel = "SECONDS",
        description = "How long each demonstration beats (${DEFAULT-VALUE}).")
    private int durationS;

    @Option(names = "--busy", defaultValue = "0", paramLabel = "COUNT",
        description = "Number of loops that each keep a processor busy the whole time; if there are any, ratio and"
            + " lateness have no bound (${DEFAULT-VALUE}).")
    private int busyLoops;

    @Option(names = "--ccm", defaultValue = "${sys:bench.ccm:-ccm/bin/ccm}", paramLabel = "FILE",
        description = "The ccm command to run; this project's by default.")
    private Path command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final NumberRange range = new NumberRange(specification);
        range.require("--runs", runs, 1, Integer.MAX_VALUE);
        range.require("--duration", durationS, 1, LONGEST_S);
        range.require("--busy", busyLoops, 0, MOST_LOOPS);
        return new BeatsRig(command, durationS, busyLoops, output).run(runs) ? 0 : 1;
    }
}
