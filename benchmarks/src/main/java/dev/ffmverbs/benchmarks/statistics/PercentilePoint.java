// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A point of a percentile curve.
 *
 * @param percentile 0 to 100.
 * @param ns         time that this percentage of the calls did not exceed, in nanoseconds.
 */
public record PercentilePoint(double percentile, double ns) {

    private static final double[] SHOWN = {
        0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 94, 95, 96, 97, 98, 99, 99.3, 99.5, 99.7, 99.8, 99.9,
        99.95, 99.97, 99.99, 99.995, 99.999, 100};

    /**
     * Computes the curve of a histogram: all percentiles that the number of values supports, and the maximum.
     *
     * @param times histogram in picoseconds.
     * @return points in ascending order.
     */
    public static List<PercentilePoint> curve(final Histogram times) {
        final List<PercentilePoint> points = new ArrayList<>();
        for (final double percentile : SHOWN) {
            final double above = (100 - percentile) / 100 * times.getTotalCount();
            if (above >= 1 || percentile == 100) {
                points.add(new PercentilePoint(percentile, times.getValueAtPercentile(percentile) / 1000.0));
            }
        }
        return points;
    }
}
