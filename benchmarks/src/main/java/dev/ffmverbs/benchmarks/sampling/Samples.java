// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.util.Arrays;
import java.util.List;

/**
 * What one process measured of one operation.
 *
 * @param operation       what was measured.
 * @param callsPerSample  calls in one sample.
 * @param warmUpMediansNs median time of a call, in nanoseconds, in each window of the warm-up.
 * @param expected        completions there should have been.
 * @param completed       completions there were.
 * @param allocatedBytes  bytes the measuring thread allocates on the Java heap meanwhile, every time.
 * @param timesNs         the samples in the order they were taken: nanoseconds for all calls of a sample.
 */
public record Samples(
    String operation, int callsPerSample, List<Double> warmUpMediansNs, long expected, long completed,
    long allocatedBytes, long[] timesNs) {

    /**
     * Median time of a call.
     *
     * @return nanoseconds; 0 when there are no samples.
     */
    public double medianNs() {
        return medianNs(0, timesNs.length);
    }

    /**
     * Median time of a call in some of the samples.
     *
     * @param from first sample.
     * @param to   behind the last sample.
     * @return nanoseconds; 0 when there are none.
     */
    public double medianNs(final int from, final int to) {
        if (from >= to) {
            return 0;
        }
        final long[] sorted = Arrays.copyOfRange(timesNs, from, to);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / (double) callsPerSample;
    }

    /**
     * How many calls were measured.
     *
     * @return samples times calls of each.
     */
    public long calls() {
        return (long) timesNs.length * callsPerSample;
    }
}
