// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import dev.ffmverbs.benchmarks.command.BenchCommand;
import dev.ffmverbs.benchmarks.harness.Environment;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench scale}: processor time and memory that a node needs for each partner. */
@Command(name = "scale", sortOptions = false,
    description = {"Forms clusters of one node and many partners on software devices, and tells what each partner costs"
        + " the node: processor time, memory, and how long READs of heartbeats take.",
        "Status 1 when sessions or heartbeats are missing."})
public final class ScaleCommand implements Callable<Integer> {

    private static final int MOST_PARTNERS = 1000;
    private static final List<String> NODE_OPTIONS = List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx512m");

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = "--partners", split = ",", defaultValue = "1,10,100", paramLabel = "COUNT",
        description = "Sizes to measure, each 1 to " + MOST_PARTNERS + " (${DEFAULT-VALUE}).")
    private List<Integer> sizes;

    @Option(names = "--interval-ms", defaultValue = "100", paramLabel = "MILLISECONDS",
        description = "Time between two heartbeats of a node (${DEFAULT-VALUE}).")
    private long intervalMs;

    @Option(names = "--seconds", defaultValue = "10", paramLabel = "SECONDS",
        description = "How long each size is measured once all sessions are up (${DEFAULT-VALUE}).")
    private long seconds;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Add the figures to the results and the report in this folder, or begin one.")
    private Path folder;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public ScaleCommand() {
    }

    @Override
    public Integer call() throws IOException {
        final Optional<Integer> wrong = sizes.stream().filter(size -> size < 1 || size > MOST_PARTNERS).findFirst();
        if (wrong.isPresent() || intervalMs < 1 || seconds < 1) {
            throw new ParameterException(specification.commandLine(), "--partners takes numbers from 1 to "
                + MOST_PARTNERS + ", --interval-ms and --seconds from 1; got " + sizes + ", " + intervalMs + " and "
                + seconds);
        }
        final ResultFolder results = folder == null ? null : new ResultFolder(folder);
        if (results != null) {
            results.prepare();
        }
        output.println("heartbeats every " + intervalMs + " ms, measured for " + seconds + " s");
        output.println(ScaleFigures.HEADER);
        final List<ScaleFigures> all = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            final ScaleFigures figures = measure(ProcessHandle.current().pid() * sizes.size() + i, sizes.get(i));
            output.println(figures.row());
            all.add(figures);
        }
        if (results != null) {
            report(results, all);
        }
        return all.stream().allMatch(figures -> figures.problem().isEmpty()) ? 0 : 1;
    }

    private void report(final ResultFolder results, final List<ScaleFigures> all) throws IOException {
        final Report former = Files.exists(folder.resolve(ResultFolder.RESULTS)) ? results.read()
            : new Report("benchmarks/bin/bench " + String.join(" ",
                specification.root().commandLine().getParseResult().originalArgs()), false, Environment.machine(),
                Map.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        final Report report = former.withScale(all);
        results.write(report);
        new HtmlReport(report).write(folder);
        output.println("results in " + folder + ", to look at: " + folder.resolve(HtmlReport.FILE));
    }

    private ScaleFigures measure(final long run, final int size) throws IOException {
        final List<Process> processes = new ArrayList<>();
        try {
            for (int from = 0; from < size; from += NodePlaces.PARTNERS_PER_PROCESS) {
                final int count = Math.min(NodePlaces.PARTNERS_PER_PROCESS, size - from);
                processes.add(start(run, 1 + from / NodePlaces.PARTNERS_PER_PROCESS, "scale-partners",
                    "--from", Integer.toString(from), "--count", Integer.toString(count)));
            }
            for (final Process process : processes) {
                if (process.inputReader().readLine() == null) {
                    throw new IOException("a process of partners ended before they were there");
                }
            }
            final Process node = start(run, 0, "scale-node", "--partners", Integer.toString(size),
                "--seconds", Long.toString(seconds));
            processes.add(node);
            return read(node);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static ScaleFigures read(final Process node) throws IOException {
        try (BufferedReader said = node.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                final Optional<ScaleFigures> figures = ScaleFigures.parse(line);
                if (figures.isPresent()) {
                    return figures.get();
                }
            }
        }
        throw new IOException("the measured node ended without figures");
    }

    private Process start(final long run, final int number, final String command, final String... arguments)
        throws IOException {
        final List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(NODE_OPTIONS);
        all.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dsoftroce.addresses=" + NodePlaces.host(run, number),
            "-cp", System.getProperty("java.class.path"), BenchCommand.class.getName(), command,
            "--run", Long.toString(run), "--interval-ms", Long.toString(intervalMs)));
        all.addAll(List.of(arguments));
        return new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
