// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.harness.Environment;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.report.Summary;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.rigs.soft.SoftResults;
import dev.ffmverbs.benchmarks.rigs.soft.SoftRig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** The results and the report to which {@code bench soft} adds its figures. Does nothing if no folder is given. */
final class SoftReport {

    private final Path folder;
    private final CommandSpec specification;
    private final Map<String, String> environment = Environment.describeMachine();

    SoftReport(final Path folder, final CommandSpec specification) {
        this.folder = folder;
        this.specification = specification;
    }

    void prepare() throws IOException {
        if (folder != null) {
            new ResultFolder(folder).prepare();
        }
    }

    /**
     * Adds figures, and replaces former ones of this command on the same device. It may be called after every load, so
     * that figures are kept if the command is stopped.
     *
     * @return the report with the figures.
     */
    Report add(final SoftRig rig, final String device) throws IOException {
        final SoftResults measured = rig.results(device);
        final Report former = folder != null && Files.exists(folder.resolve(ResultFolder.RESULTS))
            ? new ResultFolder(folder).read() : emptyReport();
        final List<OperationResult> results = new ArrayList<>(former.results());
        results.removeIf(result -> result.suite().equals(SoftResults.SUITE) && result.device().equals(device));
        results.addAll(measured.operations());
        final Map<String, String> bindings = new LinkedHashMap<>(former.bindings());
        measured.descriptions().forEach(bindings::putIfAbsent);
        final Set<String> failures = new LinkedHashSet<>(former.failures());
        failures.addAll(rig.failures());
        final Report report = new Report(former.command(), former.interrupted(), former.environment(), bindings,
            results, former.safepoints(), former.skips(), List.copyOf(failures), former.scale());
        if (folder != null) {
            new ResultFolder(folder).write(report);
            new HtmlReport(report).write(folder);
        }
        return report;
    }

    /** Prints what was found, and where the results are. */
    void print(final Report report, final PrintStream output) {
        new Summary(report).ofSides().forEach(output::println);
        if (folder != null) {
            output.println("results in " + folder + "; open " + folder.resolve(HtmlReport.FILE));
        }
    }

    private Report emptyReport() {
        return new Report("benchmarks/bin/bench " + String.join(" ",
            specification.root().commandLine().getParseResult().originalArgs()), false, environment, Map.of(),
            List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
