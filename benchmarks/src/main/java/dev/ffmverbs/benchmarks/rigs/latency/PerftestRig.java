// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Measures this binding and perftest in turns, two processes each, on one device of this machine. */
public final class PerftestRig {

    private final int runs;
    private final int iterations;
    private final Path folder;
    private final PrintStream output;

    /**
     * Creates a rig.
     *
     * @param runs       runs of each side, at least 1.
     * @param iterations operations timed in each run, at least 2.
     * @param folder     folder for the percentiles of every run of the binding; null if they are not wanted.
     * @param output     receives a line for each run.
     */
    public PerftestRig(final int runs, final int iterations, final Path folder, final PrintStream output) {
        this.runs = runs;
        this.iterations = iterations;
        this.folder = folder;
        this.output = output;
    }

    /**
     * Opens the device to find its name and the index of its address, because perftest would choose differently.
     *
     * @param operation  operation to measure.
     * @param deviceName name of the device; empty for the first one.
     * @param gidIndex   index of the address, or {@link Endpoint#ANY_GID}.
     * @param sizeBytes  bytes per operation.
     * @return the measurement, with the device's name and the index of its address.
     */
    public static Measurement resolve(
        final Operation operation, final String deviceName, final int gidIndex, final int sizeBytes) {
        try (Endpoint probe = new Endpoint(deviceName, gidIndex, sizeBytes)) {
            return new Measurement(operation, probe.deviceName(), probe.gidIndex(), sizeBytes);
        }
    }

    /**
     * Measures both sides. The binding's two processes remain and sleep while those of perftest run, because the JIT
     * compiler has to warm up.
     *
     * @param measurement what to measure.
     * @return all runs.
     * @throws IOException          if a process fails.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public PerftestComparison compare(final Measurement measurement) throws IOException, InterruptedException {
        final PerftestComparison comparison = new PerftestComparison(measurement.operation());
        final int port = ChildProcess.findFreePort();
        try (ChildProcess server = new ChildProcess(LatencyServer.command(measurement, port))) {
            server.awaitListening(port);
            try (LatencyClient client = new LatencyClient(measurement, PerftestSide.LOOPBACK, port)) {
                output.println(measurement.operation() + " " + client.warmUp());
                for (int run = 1; run <= runs; run++) {
                    runBothSides(comparison, measurement, client, run);
                }
            }
            server.awaitSuccess();
        }
        return comparison;
    }

    /** The sides take turns to go first, so that a passing load does not always affect the same side. */
    private void runBothSides(
        final PerftestComparison comparison, final Measurement measurement, final LatencyClient client, final int run)
        throws IOException, InterruptedException {
        final boolean perftestFirst = run % 2 == 1;
        if (perftestFirst) {
            comparison.addPerftest(runPerftest(measurement));
        }
        comparison.addBinding(runBinding(measurement.operation(), client, run));
        if (!perftestFirst) {
            comparison.addPerftest(runPerftest(measurement));
        }
    }

    private LatencyRow runPerftest(final Measurement measurement) throws IOException, InterruptedException {
        final LatencyRow row = PerftestSide.run(measurement, iterations);
        output.println(row + "  " + measurement.operation().perftestTool());
        return row;
    }

    private LatencyRow runBinding(final Operation operation, final LatencyClient client, final int run)
        throws IOException {
        final LatencyResult result = client.measure(iterations);
        output.println(result.row() + "  ffm-verbs " + operation);
        if (folder != null) {
            result.write(folder.resolve(operation.name().toLowerCase(Locale.ROOT) + "-" + run + ".hgrm"));
        }
        return result.row();
    }
}
