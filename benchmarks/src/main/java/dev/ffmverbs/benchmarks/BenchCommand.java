// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.benchmarks.jmh.AllocationCommand;
import dev.ffmverbs.benchmarks.jmh.JmhCommand;
import dev.ffmverbs.benchmarks.latency.LatencyCommand;
import dev.ffmverbs.benchmarks.perftest.RatioCommand;
import java.io.IOException;
import java.util.NoSuchElementException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code bench} command. */
@Command(name = "bench", description = "Measures what RDMA verbs cost from Java.",
    subcommands = {LatencyCommand.class, RatioCommand.class, AllocationCommand.class, JmhCommand.class})
public final class BenchCommand {

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    private BenchCommand() {
        // what can be run are the subcommands
    }

    /**
     * Runs the command and ends the process: status 0, 1 when a measurement failed or missed its bound, 2 for wrong
     * usage.
     *
     * @param arguments the command line.
     */
    public static void main(final String[] arguments) {
        final CommandLine commandLine = new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, command, parsed) -> {
                if (!isMessageEnough(failure)) {
                    throw failure;
                }
                command.getErr().println("bench: " + failure.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            });
        System.exit(commandLine.execute(arguments));
    }

    /** Those say what was asked of which device, and what came of it. */
    private static boolean isMessageEnough(final Exception failure) {
        return failure instanceof VerbsException || failure instanceof NoSuchElementException
            || failure instanceof IOException;
    }
}
