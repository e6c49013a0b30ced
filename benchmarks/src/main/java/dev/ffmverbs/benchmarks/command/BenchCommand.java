// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.benchmarks.device.OperationException;
import dev.ffmverbs.benchmarks.harness.Harness;
import dev.ffmverbs.benchmarks.report.Gate;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.report.PeerTable;
import dev.ffmverbs.benchmarks.report.Summary;
import dev.ffmverbs.benchmarks.result.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code bench} command. Without a subcommand it compares bindings; its subcommands do the rest. */
@Command(name = "bench", sortOptions = false, subcommandsRepeatable = false,
    description = {"Measures in turns what RDMA verbs cost from Java, through several bindings, and in C, and writes "
        + "figures and a report.",
        "Status 1 if a result is invalid or, with --gate, if a bound is missed."},
    subcommands = {CompareCommand.class, LatencyCommand.class, RatioCommand.class, AllocationCommand.class,
        JmhCommand.class, SoftCommand.class, MessagesCommand.class, BeatsCommand.class, SummaryCommand.class,
        ScaleCommand.class})
public final class BenchCommand implements Callable<Integer> {

    /** Status if the run was interrupted, by the convention of shells. */
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

    @Option(names = "--quick", description = "Take a few minutes: fewer sizes, shorter runs.")
    private boolean quick;

    @Option(names = {"-d", "--device"}, split = ",", paramLabel = "NAME",
        description = "stub, soft, or an RDMA device of this machine; stub, soft and the first device by default.")
    private List<String> devices = List.of();

    @Option(names = "--suite", split = ",", paramLabel = "NAME",
        description = "calls, data-path, registration, handshake, heartbeat, mirrored-log; all by default.")
    private List<String> suites = List.of();

    @Option(names = "--bindings", split = ",", paramLabel = "LIST",
        description = "c, ffm-critical, ffm, ffm-shared, jni, jni-disni, disni, jucx-tcp, jucx-shm, jucx-verbs, or jucx"
            + " for the last three; all by default.")
    private List<String> bindings = List.of();

    @Option(names = "--rounds", paramLabel = "COUNT",
        description = "Runs of each binding (" + USUAL_ROUNDS + ", with --quick " + QUICK_ROUNDS + ").")
    private Integer rounds;

    @Option(names = "--minutes", paramLabel = "COUNT",
        description = "Begin no round that would end later, except the first (" + QUICK_MINUTES
            + " with --quick, else no limit).")
    private Integer minutes;

    @Option(names = "--budget-ms", hidden = true, paramLabel = "MILLISECONDS")
    private Long budgetMs;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the results (bench-results/TIME).")
    private Path folder;

    @Option(names = "--gate", description = "Judge ratios and allocation on the stub; quick, calls only.")
    private boolean gate;

    private BenchCommand() {
        // Created only by commandLine.
    }

    /**
     * Runs the command and ends the process: status 0, 1 if a measurement failed or missed its bound, 2 for wrong
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
        final CommandLine bench = new CommandLine(new BenchCommand());
        bench.addMixin("help", new HelpOption());
        bench.getSubcommands().values().forEach(command -> command.addMixin("help", new HelpOption()));
        return bench
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAllowSubcommandsAsOptionParameters(true)
            .setParameterExceptionHandler((malformed, arguments) -> {
                final CommandLine command = malformed.getCommandLine();
                command.getErr().println("bench: " + malformed.getMessage());
                command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
                return CommandLine.ExitCode.USAGE;
            })
            .setExecutionExceptionHandler((failure, command, parsed) -> {
                if (!isMessageEnough(failure)) {
                    throw failure;
                }
                command.getErr().println("bench: " + text(failure));
                return failure instanceof NoSuchElementException
                    ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            });
    }

    /** Returns the message of an exception; some exceptions of the JDK have nothing but their name. */
    static String text(final Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** The messages of these exceptions state the call, the device and the outcome. */
    private static boolean isMessageEnough(final Exception failure) {
        return failure instanceof VerbsException || failure instanceof OperationException
            || failure instanceof NoSuchElementException || failure instanceof IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final NumberRange range = new NumberRange(specification);
        if (rounds != null) {
            range.require("--rounds", rounds, 1, MOST_ROUNDS);
        }
        if (minutes != null) {
            range.require("--minutes", minutes, 1, MOST_MINUTES);
        }
        final Harness.Settings settings = settings();
        final Report report = new Harness(settings, output).run();
        new HtmlReport(report).write(settings.folder());
        new PeerTable(report).lines().forEach(output::println);
        new Summary(report).sentences().forEach(output::println);
        SkipText.lines(report.skips()).forEach(output::println);
        output.println("results in " + settings.folder() + "; open " + settings.folder().resolve(HtmlReport.FILE));
        final boolean good = gate ? judge(report) : report.isValid();
        return report.interrupted() ? INTERRUPTED : good ? 0 : 1;
    }

    private boolean judge(final Report report) {
        final List<Gate.Verdict> verdicts = Gate.judge(report);
        verdicts.forEach(output::println);
        final boolean green = verdicts.stream().allMatch(Gate.Verdict::isMet);
        output.println(green ? "gate: green" : "gate: RED");
        return green;
    }

    private Harness.Settings settings() {
        final boolean brief = quick || gate;
        final Path where = folder != null ? folder : Path.of("bench-results",
            LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")));
        return new Harness.Settings(
            gate && suites.isEmpty() ? List.of("calls") : suites,
            gate && devices.isEmpty() ? List.of("stub") : devices,
            bindings, brief,
            rounds != null ? rounds : brief ? QUICK_ROUNDS : USUAL_ROUNDS,
            Duration.ofMinutes(minutes != null ? minutes : quick ? QUICK_MINUTES : MOST_MINUTES),
            budgetMs != null ? budgetMs : brief ? QUICK_BUDGET_MS : USUAL_BUDGET_MS,
            where, ReportOption.line(specification));
    }
}
