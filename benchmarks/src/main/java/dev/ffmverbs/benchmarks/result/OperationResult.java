// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import dev.ffmverbs.benchmarks.statistics.MedianInterval;
import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All runs of one operation by one binding on one device.
 *
 * @param suite     the suite.
 * @param device    the device.
 * @param operation the operation.
 * @param binding   the binding.
 * @param family    means by which the binding calls.
 * @param status    whether the figures are valid.
 * @param problems  why they are not valid.
 * @param medianNs  median over the runs of their medians, in nanoseconds.
 * @param lowNs     lower end of its interval.
 * @param highNs    upper end of its interval.
 * @param coverage  probability that the interval covers the true median.
 * @param curve     percentiles over all runs together.
 * @param runs      the runs.
 */
public record OperationResult(
    String suite, String device, String operation, String binding, String family, Status status,
    List<String> problems, double medianNs, double lowNs, double highNs, double coverage, List<PercentilePoint> curve,
    List<RunResult> runs) {

    /** A single run may drift because of other programs. If most runs drift, the operation itself drifts. */
    static final double DRIFT_LIMIT = 1.25;

    /**
     * Summarizes runs.
     *
     * @param suite     the suite.
     * @param device    the device.
     * @param operation the operation.
     * @param binding   the binding.
     * @param family    means by which the binding calls.
     * @param curve     percentiles over all runs together.
     * @param runs      at least one run.
     * @param failures  what went wrong apart from the runs.
     * @return the result; failed if a run has a problem.
     */
    public static OperationResult of(
        final String suite, final String device, final String operation, final String binding, final String family,
        final List<PercentilePoint> curve, final List<RunResult> runs, final List<String> failures) {
        final List<String> problems = new ArrayList<>(failures);
        runs.forEach(run -> problems.addAll(run.problems()));
        final double drift = MedianInterval.of(runs.stream().mapToDouble(RunResult::drift).toArray()).median();
        if (drift > DRIFT_LIMIT || drift < 1 / DRIFT_LIMIT) {
            problems.add(String.format(Locale.ROOT, "it is not steady: in the last third of a run, calls take %.2f"
                + " times as long as in the first (median over the runs)", drift));
        }
        final MedianInterval median = MedianInterval.of(runs.stream().mapToDouble(RunResult::medianNs).toArray());
        return new OperationResult(suite, device, operation, binding, family,
            problems.isEmpty() ? Status.OK : Status.FAILED, problems, median.median(), median.low(), median.high(),
            median.coverage(), curve, runs);
    }

    /**
     * Returns the highest allocation of a run.
     *
     * @return bytes per call.
     */
    public double allocatedBytesPerCall() {
        return runs.stream().mapToDouble(RunResult::allocatedBytesPerCall).max().orElse(0);
    }

    /**
     * Returns the value of the curve at a percentile.
     *
     * @param percentile 0 to 100.
     * @return nanoseconds at the next higher point of the curve.
     */
    public double at(final double percentile) {
        return curve.stream().filter(point -> point.percentile() >= percentile).findFirst()
            .map(PercentilePoint::ns).orElse(medianNs);
    }
}
