// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.Access;
import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import dev.ffmverbs.cm.ConnectionParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Measures the software device and the C program in turns, two processes each. */
public final class SoftRig {

    /** Highest number of READs in flight. */
    public static final int MAXIMUM_DEPTH = 16;

    /** System property that gives a process the addresses of its software devices. */
    static final String ADDRESSES_PROPERTY = "softroce.addresses";

    static final String DEVICE = "soft0";

    private static final int ADDRESS = 1;
    private static final long END_LIMIT_S = 10;

    private final int runs;
    private final ReferenceProgram reference;
    private final PrintStream output;

    /**
     * Creates a rig, and gives this process its software device.
     *
     * @param runs      runs of each side, at least 1.
     * @param reference the C program.
     * @param output    receives a line for each run.
     */
    public SoftRig(final int runs, final ReferenceProgram reference, final PrintStream output) {
        System.setProperty(ADDRESSES_PROPERTY, LoopbackAddress.ofThisProcess(ADDRESS));
        this.runs = runs;
        this.reference = reference;
        this.output = output;
    }

    static ConnectionParameters parameters() {
        return ConnectionParameters.defaults().withRemoteAccess(Access.REMOTE_READ)
            .withReads(MAXIMUM_DEPTH, MAXIMUM_DEPTH);
    }

    /**
     * Measures both sides. They take turns to go first, so that a load that comes or goes does not always meet the same
     * side.
     *
     * @param mode   how both ends wait.
     * @param load   what is measured.
     * @param figure the figure that is compared.
     * @return upper median of the device's figures, divided by that of the C program's.
     * @throws IOException          if a process fails.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public double compare(final WaitMode mode, final ReadLoad load, final ToDoubleFunction<RunFigures> figure)
        throws IOException, InterruptedException {
        output.println(load + ", both ends " + mode.word());
        output.println(RunFigures.header());
        final List<RunFigures> device = new ArrayList<>();
        final List<RunFigures> plain = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            if (run % 2 == 0) {
                plain.add(print(reference.run(mode, load), load, "C"));
            }
            device.add(print(runDevice(mode, load), load, "software device"));
            if (run % 2 == 1) {
                plain.add(print(reference.run(mode, load), load, "C"));
            }
        }
        return median(device, figure) / median(plain, figure);
    }

    private RunFigures print(final RunFigures figures, final ReadLoad load, final String side) {
        output.println(figures.row(load, side));
        return figures;
    }

    private static double median(final List<RunFigures> figures, final ToDoubleFunction<RunFigures> figure) {
        return OrderStatistics.of(figures.stream().mapToDouble(figure).toArray()).upperMedian();
    }

    private static RunFigures runDevice(final WaitMode mode, final ReadLoad load)
        throws IOException, InterruptedException {
        final Process peer = new ProcessBuilder(SoftPeer.command(mode, load))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = peer.inputReader()) {
            if (said.readLine() == null) {
                throw new IOException("the peer ended before it listened at " + SoftPeer.address());
            }
            final RunFigures figures;
            try (SoftReader reader = new SoftReader(SoftPeer.address(), mode, load)) {
                figures = reader.warmUpAndMeasure();
            }
            peer.waitFor(END_LIMIT_S, TimeUnit.SECONDS);
            return figures;
        } finally {
            peer.destroyForcibly();
        }
    }
}
