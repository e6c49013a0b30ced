// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.beats;

import dev.ffmverbs.benchmarks.rigs.soft.Figures;
import dev.ffmverbs.benchmarks.rigs.soft.Load;
import dev.ffmverbs.benchmarks.rigs.soft.PacketProgram;
import dev.ffmverbs.benchmarks.rigs.soft.Transfer;
import dev.ffmverbs.benchmarks.rigs.soft.WaitMode;
import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs the demonstration of {@code ccm} repeatedly, each time beside the C program, and compares the READs of
 * heartbeats with those of the C program.
 */
public final class BeatsRig {

    private static final double HIGHEST_RATIO = 2.0;
    private static final int STATUS_BYTES = 64;
    private static final int MTU_BYTES = 4096;
    private static final int INTERVAL_US = 10_000;
    private static final double NS_PER_US = 1e3;

    private final Path ccm;
    private final int durationS;
    private final int busyLoops;
    private final PrintStream output;

    /**
     * Creates a rig.
     *
     * @param ccm       the {@code ccm} command.
     * @param durationS how long each demonstration beats, in seconds, at least 1.
     * @param busyLoops number of threads that keep a processor busy; if there are any, ratios and lateness have no
     *     bound.
     * @param output    receives a line for each run.
     */
    public BeatsRig(final Path ccm, final int durationS, final int busyLoops, final PrintStream output) {
        this.ccm = ccm;
        this.durationS = durationS;
        this.busyLoops = busyLoops;
        this.output = output;
    }

    /**
     * Measures and judges.
     *
     * @param runs number of demonstrations, at least 1.
     * @return whether all succeeded, all beats were answered, and the ratio meets its bound.
     * @throws IOException          if a program cannot be started, or the C program fails.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public boolean run(final int runs) throws IOException, InterruptedException {
        final List<Double> ratios = new ArrayList<>();
        boolean areAllAnswered = true;
        output.printf("%4s %7s %11s %6s %10s %10s %10s %10s %7s%n",
            "run", "status", "unanswered", "late", "p50[us]", "p99[us]", "C p50[us]", "C p99[us]", "ratio");
        final BusyLoops loops = new BusyLoops(busyLoops);
        try (loops; PacketProgram reference = new PacketProgram(List.of())) {
            for (int run = 1; run <= runs; run++) {
                final Figures plain;
                final Demonstration.Beats beats;
                try (Demonstration demonstration = new Demonstration(ccm, durationS)) {
                    plain = reference.runAtInterval(reads(), INTERVAL_US);
                    beats = demonstration.await();
                }
                ratios.add(beats.p50Us() * NS_PER_US / plain.p50Ns());
                areAllAnswered &= beats.hasSucceeded() && (busyLoops > 0 || beats.unanswered() == 0);
                print(run, beats, plain, ratios.getLast());
            }
        }
        return judge(ratios) && areAllAnswered;
    }

    private Load reads() {
        return new Load(Transfer.READ, STATUS_BYTES, WaitMode.BLOCK, 1, 1, 1, MTU_BYTES,
            new Load.Duration(0, durationS * (int) TimeUnit.SECONDS.toMillis(1)));
    }

    private void print(final int run, final Demonstration.Beats beats, final Figures plain, final double ratio) {
        output.printf(Locale.ROOT, "%4d %7s %11d %6d %10.1f %10.1f %10.1f %10.1f %7.2f%n", run,
            beats.hasSucceeded() ? "OK" : "FAILED", beats.unanswered(), beats.late(), beats.p50Us(), beats.p99Us(),
            plain.p50Ns() / NS_PER_US, plain.p99Ns() / NS_PER_US, ratio);
    }

    private boolean judge(final List<Double> ratios) {
        final double median =
            OrderStatistics.of(ratios.stream().mapToDouble(Double::doubleValue).toArray()).upperMedian();
        final boolean isMet = busyLoops > 0 || median <= HIGHEST_RATIO;
        output.printf(Locale.ROOT, "READ p50, demonstration to C: %.2f%s%s%n", median,
            busyLoops > 0 ? "" : ", required at most " + HIGHEST_RATIO, isMet ? "" : ": MISSED");
        return isMet;
    }
}
