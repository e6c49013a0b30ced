// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.harness.Harness;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.report.SummaryPlot;
import dev.ffmverbs.benchmarks.report.SummaryTable;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench summary}: writes the plot and the tables of the project's front page. */
@Command(name = "summary", sortOptions = false,
    description = {"Measures the figures of the project's front page, and writes " + SummaryPlot.FILE + " and "
        + SummaryTable.FILE + ": calls on the stub, transfers and two nodes on the software device. Takes a few"
        + " minutes.",
        "Status 1 if a result is invalid; its figure is left out."})
final class SummaryCommand implements Callable<Integer> {

    private static final int ROUNDS = 5;
    private static final long BUDGET_MS = 30;

    private final PrintStream output = System.out;

    @Option(names = "--from", paramLabel = "DIR", description = "Measure nothing; take the figures of this folder.")
    private Path from;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "benchmarks",
        description = "Existing folder for the two files (${DEFAULT-VALUE}).")
    private Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                folder + " is not a folder: choose another with --out, or start in the project's folder");
        }
        final Report report = from == null ? measure() : new ResultFolder(from).read();
        final Path plot = folder.resolve(SummaryPlot.FILE);
        final Path table = folder.resolve(SummaryTable.FILE);
        Files.writeString(plot, new SummaryPlot(report).svg());
        Files.writeString(table, new SummaryTable(report).markdown());
        output.println("wrote " + plot + " and " + table);
        return report.isValid() ? 0 : 1;
    }

    private Report measure() throws IOException, InterruptedException {
        final Path results = Files.createTempDirectory("bench-summary-");
        final Report report = new Harness(new Harness.Settings(
            List.of("calls", "data-path", "handshake", "heartbeat", "mirrored-log"), List.of("stub", "soft"),
            List.of("c", "ffm-critical", "ffm", "jni"), true, ROUNDS,
            Harness.Settings.NO_LIMIT, BUDGET_MS, results,
            "benchmarks/bin/bench summary"), output).run();
        new HtmlReport(report).write(results);
        output.println("all results in " + results);
        return report;
    }
}
