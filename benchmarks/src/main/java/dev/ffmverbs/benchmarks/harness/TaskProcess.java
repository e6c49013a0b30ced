// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.process.GuardedProcess;
import dev.ffmverbs.benchmarks.sampling.SampleFile;
import dev.ffmverbs.benchmarks.sampling.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs measuring processes, one at a time. {@link #stop} may be called from any thread. */
final class TaskProcess {

    private static final long TIMEOUT_S = 600;
    private static final int LINES_OF_ERROR = 12;

    /** Interrupt and termination. A terminal sends them to all its processes, and this one may get its signal later. */
    private static final Set<Integer> STATUSES_OF_SIGNALS = Set.of(128 + 2, 128 + 15);
    private static final long TIME_FOR_OWN_SIGNAL_MS = 500;

    private final NativeCode natives;
    private final Path folder;
    private final boolean quick;
    private final long budgetMs;
    private volatile boolean stopped;
    private volatile Process running;

    /**
     * Creates a runner.
     *
     * @param natives  what was built from C.
     * @param folder   folder for sample files, which are deleted after use.
     * @param quick    whether to measure fewer sizes.
     * @param budgetMs how long each operation is measured, in milliseconds.
     */
    TaskProcess(final NativeCode natives, final Path folder, final boolean quick, final long budgetMs) {
        this.natives = natives;
        this.folder = folder;
        this.quick = quick;
        this.budgetMs = budgetMs;
    }

    /**
     * What a process measured.
     *
     * @param samples      samples that it wrote, even if it failed later.
     * @param safepointsNs how long its threads took to reach each safepoint, in nanoseconds.
     * @param failure      why it failed; empty if it did not.
     */
    record Outcome(List<Samples> samples, List<Long> safepointsNs, Optional<String> failure) {
    }

    /** Runs a task to its end. */
    Outcome run(final Task task) throws IOException, InterruptedException {
        final Path file = Files.createTempFile(folder, "samples", "");
        final Path printed = Files.createTempFile(folder, "printed", "");
        final Path safepoints = Files.createTempFile(folder, "safepoints", "");
        try {
            final Optional<String> failure = execute(task, file, printed, safepoints);
            return new Outcome(failure.isEmpty() ? SampleFile.read(file) : readIfComplete(file),
                SafepointLog.readTimesNs(safepoints), failure);
        } finally {
            Files.deleteIfExists(safepoints);
            Files.deleteIfExists(file);
            Files.deleteIfExists(printed);
        }
    }

    private Optional<String> execute(
        final Task task, final Path file, final Path printed, final Path safepoints)
        throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command(task, file, safepoints))
            .redirectErrorStream(true).redirectOutput(printed.toFile());
        Side.libraryFolder(task.device(), natives)
            .ifPresent(library -> builder.environment().put("LD_LIBRARY_PATH", library.toString()));
        final Process process = GuardedProcess.start(builder);
        running = process;
        try {
            if (stopped || !process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                return Optional.of(task + ": the process did not end within " + TIMEOUT_S + " s");
            }
            if (STATUSES_OF_SIGNALS.contains(process.exitValue())) {
                Thread.sleep(TIME_FOR_OWN_SIGNAL_MS);
            }
            return process.exitValue() == 0 ? Optional.empty()
                : Optional.of(task + ": the process ended with status " + process.exitValue() + quote(printed));
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(final Task task, final Path file, final Path safepoints) {
        final List<String> command = new ArrayList<>(task.side().command(task.device(), natives, safepoints));
        command.addAll(List.of(task.suite().label(), task.device().verbsName(), Long.toString(budgetMs),
            file.toString()));
        task.suite().sizesBytes(quick).forEach(size -> command.add(size.toString()));
        return command;
    }

    /** Reads what a failed process had written; empty if that ends in the middle of an operation. */
    private static List<Samples> readIfComplete(final Path file) {
        try {
            return SampleFile.read(file);
        } catch (final IOException cutShort) {
            return List.of();
        }
    }

    private static String quote(final Path printed) throws IOException {
        final List<String> lines = Files.readString(printed, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            return "";
        }
        return "; it printed:\n" + String.join("\n", lines.subList(0, Math.min(LINES_OF_ERROR, lines.size())));
    }

    /** Ends the running process, and starts no other. */
    void stop() {
        stopped = true;
        final Process process = running;
        if (process != null) {
            process.destroyForcibly();
        }
    }

    boolean isStopped() {
        return stopped;
    }
}
