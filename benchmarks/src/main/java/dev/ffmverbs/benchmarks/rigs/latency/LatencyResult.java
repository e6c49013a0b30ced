// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/**
 * Latencies of one run.
 *
 * @param row       the summary.
 * @param latencies all of them, in nanoseconds.
 */
public record LatencyResult(LatencyRow row, Histogram latencies) {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int TICKS_PER_HALF_DISTANCE = 5;
    private static final double NS_PER_US = 1000;

    /**
     * Takes the latencies from the time stamps.
     *
     * @param operation  what was timed.
     * @param sizeBytes  bytes per operation.
     * @param iterations time stamps, at least 2.
     * @param timesNs    times before each post.
     * @return one latency per pair of neighbours.
     */
    static LatencyResult of(
        final Operation operation, final int sizeBytes, final int iterations, final long[] timesNs) {
        final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        for (int i = 1; i < iterations; i++) {
            latencies.recordValue((timesNs[i] - timesNs[i - 1]) / operation.transfersPerSample());
        }
        return new LatencyResult(LatencyRow.of(sizeBytes, iterations, latencies), latencies);
    }

    /**
     * Writes the percentiles in microseconds, in the {@code .hgrm} format that HdrHistogram's plotters read.
     *
     * @param file where to; its folder is made when there is none.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        try (PrintStream output = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            latencies.outputPercentileDistribution(output, TICKS_PER_HALF_DISTANCE, NS_PER_US);
            if (output.checkError()) {
                throw new IOException("cannot write to " + file);
            }
        }
    }
}
