// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.statistics.PercentileFile;
import java.io.IOException;
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
    private static final double NS_PER_US = 1000;

    /**
     * Computes the latencies from time stamps.
     *
     * @param operation  operation that was timed.
     * @param sizeBytes  bytes per operation.
     * @param iterations number of time stamps, at least 2.
     * @param timesNs    times before each post.
     * @return one latency for each pair of neighbours.
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
     * Verifies that a file can be written. Call it before anything is measured.
     *
     * @param file file to write; its folder is created if there is none.
     * @throws IOException if it cannot; the message names the file and the reason.
     */
    public static void requireWritable(final Path file) throws IOException {
        try {
            final Path folder = file.toAbsolutePath().getParent();
            if (folder == null || Files.isDirectory(file)) {
                throw new IOException("it is a folder");
            }
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "writable", ""));
            if (Files.exists(file) && !Files.isWritable(file)) {
                throw new IOException("it may not be written");
            }
        } catch (final IOException e) {
            throw new IOException("cannot write the percentiles to " + file + " (" + e + "): choose another file", e);
        }
    }

    /**
     * Writes the percentiles in microseconds, in the {@code .hgrm} format that HdrHistogram's plotters read.
     *
     * @param file file to write; its folder is created if there is none.
     * @throws IOException if the file cannot be written.
     */
    public void write(final Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        PercentileFile.write(file, latencies, NS_PER_US);
    }
}
