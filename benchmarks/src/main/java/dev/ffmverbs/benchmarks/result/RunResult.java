// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import dev.ffmverbs.benchmarks.sampling.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One run of one operation.
 *
 * @param round                 number of the run, from 1.
 * @param medianNs              median time of a call in nanoseconds.
 * @param samples               samples taken.
 * @param calls                 calls measured.
 * @param expectedCompletions   number of completions that were due.
 * @param completions           number of completions that arrived.
 * @param allocatedBytesPerCall bytes allocated on the Java heap per call.
 * @param drift                 median of the last third of the samples, divided by that of the first third.
 * @param warmUpMediansNs       median time of a call in each window of the warm-up.
 * @param problems              a sentence for each check that it failed.
 */
public record RunResult(
    int round, double medianNs, int samples, long calls, long expectedCompletions, long completions,
    double allocatedBytesPerCall, double drift, List<Double> warmUpMediansNs, List<String> problems) {

    /** The JVM itself allocates occasionally. The smallest object has 16 bytes. */
    static final double ALLOCATION_LIMIT_BYTES = 0.5;

    private static final int LEAST_SAMPLES_FOR_DRIFT = 90;
    private static final int PARTS = 3;

    /**
     * Judges a run.
     *
     * @param round       number of the run, from 1.
     * @param samples     its samples.
     * @param mayAllocate whether its calls may allocate.
     * @return the run and its problems, if any.
     */
    public static RunResult of(final int round, final Samples samples, final boolean mayAllocate) {
        final int count = samples.timesNs().length;
        final double allocated = count == 0 ? 0 : (double) samples.allocatedBytes() / samples.calls();
        final List<String> problems = new ArrayList<>();
        if (count == 0) {
            problems.add("run " + round + " took no samples");
        }
        if (samples.completed() != samples.expected()) {
            problems.add("run " + round + " lost operations: " + samples.completed() + " of " + samples.expected()
                + " completed");
        }
        if (!mayAllocate && allocated > ALLOCATION_LIMIT_BYTES) {
            problems.add(String.format(Locale.ROOT, "run %d allocated %.2f bytes per call", round, allocated));
        }
        return new RunResult(round, samples.medianNs(), count, samples.calls(), samples.expected(),
            samples.completed(), allocated, drift(samples), samples.warmUpMediansNs(), problems);
    }

    private static double drift(final Samples samples) {
        final int count = samples.timesNs().length;
        if (count < LEAST_SAMPLES_FOR_DRIFT) {
            return 1;
        }
        final double first = samples.medianNs(0, count / PARTS);
        return first == 0 ? 1 : samples.medianNs(count - count / PARTS, count) / first;
    }
}
