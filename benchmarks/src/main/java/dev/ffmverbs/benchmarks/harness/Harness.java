// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.Compiler;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A run of {@code bench}: from the compilation of the C code to the figures in the result folder. */
public final class Harness {

    private static final long TIME_TO_WRITE_S = 10;

    private final Settings settings;
    private final PrintStream log;

    /**
     * What to measure, and for how long.
     *
     * @param suites      names of suites; empty for all.
     * @param devices     names of devices; empty for those that every machine has and the first other one.
     * @param bindings    names of bindings; empty for all.
     * @param quick       whether to measure fewer sizes.
     * @param rounds      runs of each side.
     * @param limit       no round that is likely to end later is begun, except the first.
     * @param budgetMs    how long each operation is measured in a run, in milliseconds.
     * @param folder      folder for the results.
     * @param commandLine the command that reproduces it.
     */
    public record Settings(
        List<String> suites, List<String> devices, List<String> bindings, boolean quick, int rounds, Duration limit,
        long budgetMs, Path folder, String commandLine) {

        /** A limit longer than any run. */
        public static final Duration NO_LIMIT = Duration.ofDays(7);
    }

    /**
     * Prepares a run.
     *
     * @param settings what to measure.
     * @param log      receives the progress.
     */
    public Harness(final Settings settings, final PrintStream log) {
        this.settings = settings;
        this.log = log;
    }

    /**
     * Measures, and writes figures and histograms. If a signal asks the process to end, it writes what was measured and
     * marks it.
     *
     * @return the figures.
     * @throws IOException                      if the folder cannot be written.
     * @throws InterruptedException             if the calling thread is interrupted.
     * @throws java.util.NoSuchElementException if a suite, device or binding is unknown.
     */
    public Report run() throws IOException, InterruptedException {
        final List<Suite> suites = settings.suites().isEmpty()
            ? List.of(Suite.values()) : settings.suites().stream().map(Suite::find).distinct().toList();
        final Devices known = new Devices();
        final List<MeasuredDevice> devices = settings.devices().isEmpty()
            ? known.defaults() : settings.devices().stream().map(known::find).distinct().toList();
        final List<Side> sides = settings.bindings().isEmpty() ? Side.all() : Side.find(settings.bindings());
        final ResultFolder folder = new ResultFolder(settings.folder());
        folder.prepare();
        final Path temporary = Files.createTempDirectory("bench-");
        try {
            final NativeCode natives = NativeCode.build(temporary, new Compiler());
            final Plan plan = Plan.of(suites, devices, sides, settings.rounds(), natives);
            final Map<String, String> environment =
                Environment.describe(devices, natives, settings.rounds());
            final TaskProcess process =
                new TaskProcess(natives, temporary, settings.quick(), settings.budgetMs());
            final Collector collector = new Collector();
            return runAndWriteWhenStopped(process, () -> {
                final boolean complete = measure(plan, process, collector);
                final Report report = new Report(settings.commandLine(), !complete, environment,
                    describe(sides), collector.results(), collector.safepoints(),
                    plan.skips(), collector.failures(), List.of());
                folder.write(report);
                collector.writeHistograms(folder);
                return report;
            });
        } finally {
            delete(temporary);
        }
    }

    private interface Work {
        Report run() throws IOException, InterruptedException;
    }

    /** Runs so that a signal to end stops the measurement and leaves time to write what was measured. */
    private static Report runAndWriteWhenStopped(final TaskProcess process, final Work work)
        throws IOException, InterruptedException {
        final Thread measuring = Thread.currentThread();
        final Thread hook = new Thread(() -> {
            process.stop();
            try {
                measuring.join(TimeUnit.SECONDS.toMillis(TIME_TO_WRITE_S));
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        final Report report = work.run();
        if (!process.isStopped()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        return report;
    }

    /** Measures. Returns whether everything that was planned was measured or was left out for lack of time. */
    private boolean measure(final Plan plan, final TaskProcess process, final Collector collector)
        throws IOException, InterruptedException {
        final Progress progress = new Progress(log, plan.tasks().size(), System::nanoTime);
        int round = 1;
        for (final Task task : plan.tasks()) {
            if (task.round() > round) {
                if (!progress.hasTimeForAnotherRound(round, settings.limit())) {
                    log.println("stopped after " + round + " of " + settings.rounds()
                        + " rounds: another would end later than " + settings.limit().toMinutes()
                        + " min after the start; --minutes sets this limit");
                    return true;
                }
                round = task.round();
            }
            progress.begin(task);
            final TaskProcess.Outcome outcome = process.run(task);
            if (process.isStopped()) {
                log.println("interrupted: what was measured so far is kept, and marked as incomplete");
                return false;
            }
            outcome.failure().ifPresent(log::println);
            collector.add(task, outcome);
        }
        return true;
    }

    private static Map<String, String> describe(final List<Side> sides) {
        final Map<String, String> descriptions = new LinkedHashMap<>();
        sides.forEach(side -> descriptions.put(side.name(), side.description()));
        return descriptions;
    }

    private static void delete(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
