// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.harness.Environment;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of commands that add their figures to a report. Nothing is written if it is not given. */
final class ReportOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec specification;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Add the figures to the results and the report in this folder, or create them.")
    private Path folder;

    /**
     * Prepares the folder. Call it before anything is measured, because a report describes the machine as it was then.
     *
     * @return the report in the folder; one without figures if there is none.
     * @throws IOException if the folder cannot be written, or its results cannot be read.
     */
    Report open() throws IOException {
        if (folder != null) {
            final ResultFolder results = new ResultFolder(folder);
            results.prepare();
            if (Files.exists(folder.resolve(ResultFolder.RESULTS))) {
                return results.read();
            }
        }
        return new Report(line(specification), false, Environment.describeMachine(), Map.of(), List.of(),
            List.of(), List.of(), List.of(), List.of());
    }

    /** Returns the command line of which a command is a part, as a report states it. */
    static String line(final CommandSpec command) {
        return "benchmarks/bin/bench "
            + String.join(" ", command.root().commandLine().getParseResult().originalArgs());
    }

    /** Writes a report to the folder. */
    void write(final Report report) throws IOException {
        if (folder != null) {
            new ResultFolder(folder).write(report);
            new HtmlReport(report).write(folder);
        }
    }

    /** Prints where the results are. */
    void printFolder(final PrintStream output) {
        if (folder != null) {
            output.println("results in " + folder + "; open " + folder.resolve(HtmlReport.FILE));
        }
    }
}
