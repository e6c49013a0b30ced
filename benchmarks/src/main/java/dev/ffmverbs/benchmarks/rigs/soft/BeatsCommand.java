// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench beats}: the heartbeats of the demonstration beside a C program that sends the same packets. */
@Command(name = "beats", sortOptions = false,
    description = {"Runs the demonstration of ccm again and again, each time beside a C program that sends the packets"
        + " of the same READs at the same interval, and compares medians.",
        "Status 1 when a demonstration does not end well, a beat is unanswered, or the ratio misses its bound."})
public final class BeatsCommand implements Callable<Integer> {

    private static final double LIMIT = 2.0;
    private static final int STATUS_BYTES = 64;
    private static final int INTERVAL_US = 10_000;
    private static final long DEMONSTRATION_LIMIT_S = 120;

    private final PrintStream output = System.out;

    @Option(names = "--runs", defaultValue = "20", paramLabel = "COUNT",
        description = "Demonstrations (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--duration", defaultValue = "5", paramLabel = "SECONDS",
        description = "How long each beats (${DEFAULT-VALUE}).")
    private int durationS;

    @Option(names = "--busy", defaultValue = "0", paramLabel = "COUNT",
        description = "Loops that keep a processor busy all the while; ratios and lateness have no bound then"
            + " (${DEFAULT-VALUE}).")
    private int busyLoops;

    @Option(names = "--ccm", defaultValue = "${sys:bench.ccm:-ccm/bin/ccm}", paramLabel = "FILE",
        description = "The ccm command to run; that of this project when not given.")
    private Path command;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public BeatsCommand() {
    }

    /** What a demonstration reported of both nodes; of two figures the worse one. */
    private record Beats(boolean endedWell, long unanswered, long late, double p50Us, double p99Us) {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Path results = Files.createTempFile("beats", ".json");
        final List<Thread> loops = startLoops();
        final List<Double> ratios = new ArrayList<>();
        boolean well = true;
        output.printf("%4s %7s %11s %6s %10s %10s %10s %10s %7s%n",
            "run", "status", "unanswered", "late", "p50[us]", "p99[us]", "C p50[us]", "C p99[us]", "ratio");
        try (ReferenceProgram reference = new ReferenceProgram(SoftCommand.address(3), SoftCommand.address(4))) {
            for (int run = 1; run <= runs; run++) {
                final Process demonstration = start(results);
                final RunFigures plain = reference.runAtInterval(reads(), INTERVAL_US);
                final Beats beats = await(demonstration, results);
                ratios.add(beats.p50Us / toUs(plain.p50Ns()));
                well &= beats.endedWell && (busyLoops > 0 || beats.unanswered == 0);
                output.printf(Locale.ROOT, "%4d %7s %11d %6d %10.1f %10.1f %10.1f %10.1f %7.2f%n", run,
                    beats.endedWell ? "OK" : "FAILED", beats.unanswered, beats.late, beats.p50Us, beats.p99Us,
                    toUs(plain.p50Ns()), toUs(plain.p99Ns()), ratios.getLast());
            }
        } finally {
            loops.forEach(Thread::interrupt);
            Files.delete(results);
        }
        return well & isWithinBound(ratios) ? 0 : 1;
    }

    private boolean isWithinBound(final List<Double> ratios) {
        final double median = ratios.stream().sorted().skip(ratios.size() / 2).findFirst().orElseThrow();
        final boolean within = busyLoops > 0 || median <= LIMIT;
        output.printf(Locale.ROOT, "READ p50, demonstration to C: %.2f%s%s%n", median,
            busyLoops > 0 ? "" : ", wanted at most " + LIMIT, within ? "" : ": MISSED");
        return within;
    }

    private List<Thread> startLoops() {
        final List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < busyLoops; i++) {
            loops.add(Thread.ofPlatform().daemon().name("busy-" + i).start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }));
        }
        return loops;
    }

    private ReadLoad reads() {
        return new ReadLoad(STATUS_BYTES, 1, durationS * (int) TimeUnit.SECONDS.toMicros(1) / INTERVAL_US, 0);
    }

    private Process start(final Path results) throws IOException {
        return new ProcessBuilder(command.toString(), "demo", "--duration", Integer.toString(durationS),
            "--json", results.toString()).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private Beats await(final Process demonstration, final Path results) throws IOException, InterruptedException {
        try {
            if (!demonstration.waitFor(DEMONSTRATION_LIMIT_S, TimeUnit.SECONDS) || demonstration.exitValue() != 0) {
                return new Beats(false, 0, 0, 0, 0);
            }
        } finally {
            demonstration.descendants().forEach(ProcessHandle::destroyForcibly);
            demonstration.destroyForcibly();
        }
        final List<Map<?, ?>> heartbeats = ((List<?>) JSON.std.mapFrom(results.toFile()).get("nodes")).stream()
            .<Map<?, ?>>map(node -> (Map<?, ?>) ((Map<?, ?>) node).get("heartbeat")).toList();
        return new Beats(true, (long) most(heartbeats, "unanswered"), (long) most(heartbeats, "late"),
            most(heartbeats, "p50Us"), most(heartbeats, "p99Us"));
    }

    private static double most(final List<Map<?, ?>> heartbeats, final String figure) {
        return heartbeats.stream().mapToDouble(fields -> ((Number) fields.get(figure)).doubleValue()).max().orElse(0);
    }

    private static double toUs(final long timeNs) {
        return timeNs / 1e3;
    }
}
