// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.util.List;

/**
 * What one process measured of one operation.
 *
 * @param operation       name of the operation.
 * @param callsPerSample  calls in one sample.
 * @param warmUpMediansNs median time of a call, in nanoseconds, in each window of the warm-up.
 * @param expected        number of completions that were due.
 * @param completed       number of completions that arrived.
 * @param allocatedBytes  bytes that the measuring thread allocates on the Java heap in all calls, each time they are
 *     made.
 * @param timesNs         the samples in the order in which they were taken: nanoseconds for all calls of a sample.
 */
public record Samples(
    String operation, int callsPerSample, List<Double> warmUpMediansNs, long expected, long completed,
    long allocatedBytes, long[] timesNs) {

    /**
     * Returns the upper median of the time of a call.
     *
     * @return nanoseconds; 0 if there are no samples.
     */
    public double medianNs() {
        return medianNs(0, timesNs.length);
    }

    /**
     * Returns the upper median of the time of a call in some of the samples.
     *
     * @param from index of the first sample.
     * @param to   index after the last sample.
     * @return nanoseconds; 0 if the range is empty.
     */
    public double medianNs(final int from, final int to) {
        if (from >= to) {
            return 0;
        }
        return OrderStatistics.of(timesNs, from, to).upperMedian() / callsPerSample;
    }

    /**
     * Returns the number of calls that were measured.
     *
     * @return number of samples times calls of each.
     */
    public long calls() {
        return (long) timesNs.length * callsPerSample;
    }

    /**
     * Returns these samples with what the same calls allocate when they are made again, if that is less. Calls that
     * allocate do so every time. A JVM that moved an object to the heap when it left optimized code, or loaded a class,
     * does so once, and divided by few calls that would be a lot.
     *
     * @param again samples of the same operation, taken later. They do not count if completions were lost.
     * @return samples with the times of these.
     */
    public Samples withAllocationOf(final Samples again) {
        if (again.calls() == 0 || again.completed != again.expected) {
            return this;
        }
        final long bytes = Math.ceilDiv(again.allocatedBytes * calls(), again.calls());
        return new Samples(operation, callsPerSample, warmUpMediansNs, expected, completed,
            Math.min(allocatedBytes, bytes), timesNs);
    }

    @Override
    public String toString() {
        return operation + ": " + timesNs.length + " samples of " + callsPerSample + " calls, median " + medianNs()
            + " ns, " + completed + " of " + expected + " completions, " + allocatedBytes + " bytes allocated";
    }
}
