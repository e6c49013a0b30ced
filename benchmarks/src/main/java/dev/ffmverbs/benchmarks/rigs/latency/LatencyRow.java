// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * One line of results in perftest's columns.
 *
 * @param sizeBytes             bytes per operation.
 * @param iterations            operations timed; there is one latency less, since each lies between two posts.
 * @param minimumUs             shortest, in microseconds.
 * @param maximumUs             longest; perftest leaves out the two longest.
 * @param typicalUs             median.
 * @param averageUs             mean.
 * @param standardDeviationUs   standard deviation.
 * @param percentile99Us        99th percentile.
 * @param percentile999Us       99.9th percentile.
 */
public record LatencyRow(
    long sizeBytes, long iterations, double minimumUs, double maximumUs, double typicalUs, double averageUs,
    double standardDeviationUs, double percentile99Us, double percentile999Us) {

    /** The line above the results. */
    public static final String HEADER = " #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    "
        + "t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]";

    private static final int COLUMNS = 9;
    private static final double NS_PER_US = 1000;

    /**
     * Summarizes recorded latencies.
     *
     * @param sizeBytes  bytes per operation.
     * @param iterations operations timed.
     * @param latencies  in nanoseconds.
     * @return the line.
     */
    static LatencyRow of(final long sizeBytes, final long iterations, final Histogram latencies) {
        return new LatencyRow(sizeBytes, iterations,
            latencies.getMinValue() / NS_PER_US, latencies.getMaxValue() / NS_PER_US,
            latencies.getValueAtPercentile(50) / NS_PER_US, latencies.getMean() / NS_PER_US,
            latencies.getStdDeviation() / NS_PER_US, latencies.getValueAtPercentile(99) / NS_PER_US,
            latencies.getValueAtPercentile(99.9) / NS_PER_US);
    }

    /**
     * Finds the line of results in the output of perftest or of the rig.
     *
     * @param output all that was printed.
     * @return the last such line; empty if there is none.
     */
    public static Optional<LatencyRow> find(final String output) {
        return output.lines().flatMap(line -> parse(line).stream()).reduce((earlier, later) -> later);
    }

    /** If a variance is rounded to below zero, perftest prints its root as {@code -nan}. */
    private static Optional<LatencyRow> parse(final String line) {
        final String[] words = line.strip().replace("-nan", "NaN").split("\\s+");
        if (words.length != COLUMNS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LatencyRow(Long.parseLong(words[0]), Long.parseLong(words[1]),
                Double.parseDouble(words[2]), Double.parseDouble(words[3]), Double.parseDouble(words[4]),
                Double.parseDouble(words[5]), Double.parseDouble(words[6]), Double.parseDouble(words[7]),
                Double.parseDouble(words[8])));
        } catch (final NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The line as perftest prints it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, " %-7d %-10d     %-7.2f        %-7.2f      %-7.2f          %-7.2f        "
            + "%-7.2f         %-7.2f                %-7.2f", sizeBytes, iterations, minimumUs, maximumUs, typicalUs,
            averageUs, standardDeviationUs, percentile99Us, percentile999Us);
    }
}
