// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.benchmarks.harness.Harness;
import dev.ffmverbs.benchmarks.jmh.AllocationCommand;
import dev.ffmverbs.benchmarks.jmh.JmhCommand;
import dev.ffmverbs.benchmarks.report.Gate;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.report.Summary;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.rigs.latency.LatencyCommand;
import dev.ffmverbs.benchmarks.rigs.latency.RatioCommand;
import dev.ffmverbs.benchmarks.rigs.scale.ScaleCommand;
import dev.ffmverbs.benchmarks.rigs.scale.ScaleNodeCommand;
import dev.ffmverbs.benchmarks.rigs.scale.ScalePartnersCommand;
import dev.ffmverbs.benchmarks.rigs.soft.BeatsCommand;
import dev.ffmverbs.benchmarks.rigs.soft.SoftCommand;
import dev.ffmverbs.benchmarks.rigs.soft.SoftPeerCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The {@code bench} command: by itself it compares bindings, its subcommands do the rest. */
@Command(name = "bench", sortOptions = false, subcommandsRepeatable = false,
    description = {"Measures what RDMA verbs cost from Java, by several bindings and in C, in turns, and writes "
        + "figures and a report.",
        "Status 1 when a result is invalid or, with --gate, when a bound is missed."},
    subcommands = {CompareCommand.class, LatencyCommand.class, RatioCommand.class, AllocationCommand.class,
        JmhCommand.class, SoftCommand.class, SoftPeerCommand.class, BeatsCommand.class,
        SummaryCommand.class, ScaleCommand.class, ScaleNodeCommand.class, ScalePartnersCommand.class})
public final class BenchCommand implements Callable<Integer> {

    /** Status when the run was interrupted, as a shell has it. */
    private static final int INTERRUPTED = 130;

    private static final int USUAL_ROUNDS = 9;
    private static final int QUICK_ROUNDS = 5;
    private static final long USUAL_BUDGET_MS = 300;
    private static final long QUICK_BUDGET_MS = 30;
    private static final int MOST_ROUNDS = 1000;
    private static final int QUICK_MINUTES = 5;
    private static final long MOST_MINUTES = Harness.Settings.NO_LIMIT.toMinutes();

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = "--quick", description = "A few minutes: fewer sizes, shorter runs.")
    private boolean quick;

    @Option(names = {"-d", "--device"}, split = ",", paramLabel = "NAME",
        description = "stub, soft, or an RDMA device of this machine; both and the first device when not given.")
    private List<String> devices = List.of();

    @Option(names = "--suite", split = ",", paramLabel = "NAME",
        description = "calls, data-path, registration, handshake, heartbeat, mirrored-log; all when not given.")
    private List<String> suites = List.of();

    @Option(names = "--bindings", split = ",", paramLabel = "LIST",
        description = "c, ffm-critical, ffm, ffm-shared, jni, jni-disni; all when not given.")
    private List<String> bindings = List.of();

    @Option(names = "--rounds", paramLabel = "COUNT",
        description = "Runs of each binding (" + USUAL_ROUNDS + ", with --quick " + QUICK_ROUNDS + ").")
    private Integer rounds;

    @Option(names = "--minutes", paramLabel = "COUNT",
        description = "Begin no round that would end later, but for the first (" + QUICK_MINUTES
            + " with --quick, else without a limit).")
    private Integer minutes;

    @Option(names = "--budget-ms", hidden = true, paramLabel = "MILLISECONDS")
    private Long budgetMs;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go (bench-results/TIME).")
    private Path folder;

    @Option(names = "--gate", description = "Judge ratios and allocation on the stub; quick, calls only.")
    private boolean gate;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    private BenchCommand() {
        // made by the command line alone
    }

    /**
     * Runs the command and ends the process: status 0, 1 when a measurement failed or missed its bound, 2 for wrong
     * usage.
     *
     * @param arguments the command line.
     */
    public static void main(final String[] arguments) {
        final int status = run(arguments);
        if (status != INTERRUPTED) {
            System.exit(status);
        }
    }

    /** Runs the command and returns its status. */
    static int run(final String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAllowSubcommandsAsOptionParameters(true)
            .setExecutionExceptionHandler((failure, command, parsed) -> {
                if (!isMessageEnough(failure)) {
                    throw failure;
                }
                command.getErr().println("bench: " + text(failure));
                return failure instanceof NoSuchElementException
                    ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            });
    }

    /** What went wrong, in words; some exceptions of the JDK have none but their name. */
    static String text(final Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Those say what was asked of which device, and what came of it. */
    private static boolean isMessageEnough(final Exception failure) {
        return failure instanceof VerbsException || failure instanceof NoSuchElementException
            || failure instanceof IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds != null && (rounds < 1 || rounds > MOST_ROUNDS)) {
            throw new ParameterException(specification.commandLine(),
                "--rounds takes a number from 1 to " + MOST_ROUNDS + ", not " + rounds);
        }
        if (minutes != null && (minutes < 1 || minutes > MOST_MINUTES)) {
            throw new ParameterException(specification.commandLine(),
                "--minutes takes a number from 1 to " + MOST_MINUTES + ", not " + minutes);
        }
        final Harness.Settings settings = settings();
        final Report report = new Harness(settings, output).run();
        new HtmlReport(report).write(settings.folder());
        new Summary(report).sentences().forEach(output::println);
        SkipText.lines(report.skips()).forEach(output::println);
        output.println("results in " + settings.folder() + ", to look at: "
            + settings.folder().resolve(HtmlReport.FILE));
        boolean good = report.isValid();
        if (gate) {
            final List<Gate.Verdict> verdicts = Gate.judge(report);
            verdicts.forEach(output::println);
            good = verdicts.stream().allMatch(Gate.Verdict::met);
            output.println(good ? "gate: green" : "gate: RED");
        }
        return report.interrupted() ? INTERRUPTED : good ? 0 : 1;
    }

    private Harness.Settings settings() {
        final boolean brief = quick || gate;
        final Path where = folder != null ? folder : Path.of("bench-results",
            LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")));
        return new Harness.Settings(
            gate && suites.isEmpty() ? List.of("calls") : suites,
            gate && devices.isEmpty() ? List.of("stub") : devices,
            bindings, brief,
            rounds != null ? rounds : brief ? QUICK_ROUNDS : USUAL_ROUNDS,
            Duration.ofMinutes(minutes != null ? minutes : quick ? QUICK_MINUTES : MOST_MINUTES),
            budgetMs != null ? budgetMs : brief ? QUICK_BUDGET_MS : USUAL_BUDGET_MS,
            where, line());
    }

    private String line() {
        return "benchmarks/bin/bench " + String.join(" ", specification.commandLine().getParseResult().originalArgs());
    }
}
