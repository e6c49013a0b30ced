// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import java.util.Arrays;

/** Values in ascending order, with their medians, quantiles and extremes. Immutable. */
public final class OrderStatistics {

    private final double[] sorted;

    private OrderStatistics(final double[] sorted) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("there are no values, so there is no median");
        }
        Arrays.sort(sorted);
        this.sorted = sorted;
    }

    /**
     * Sorts a copy of the values.
     *
     * @param values at least one.
     * @return their order statistics.
     * @throws IllegalArgumentException if there is no value.
     */
    public static OrderStatistics of(final double... values) {
        return new OrderStatistics(values.clone());
    }

    /**
     * Sorts a copy of times.
     *
     * @param values array that contains the values; they are exact up to 2<sup>53</sup>.
     * @param from   index of the first value.
     * @param to     index after the last value.
     * @return their order statistics.
     * @throws IllegalArgumentException if the range is empty.
     */
    public static OrderStatistics of(final long[] values, final int from, final int to) {
        return new OrderStatistics(Arrays.stream(values, from, to).asDoubleStream().toArray());
    }

    /**
     * Returns the number of values.
     *
     * @return at least 1.
     */
    public int count() {
        return sorted.length;
    }

    /**
     * Returns the value at a rank.
     *
     * @param rank 0 for the lowest value, {@code count() - 1} for the highest.
     * @return the value.
     * @throws IndexOutOfBoundsException if there is no such rank.
     */
    public double atRank(final int rank) {
        return sorted[rank];
    }

    /**
     * Returns the median; the mean of the two middle values if their number is even.
     *
     * @return the median.
     */
    public double median() {
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * Returns the median, and the higher of the two middle values if their number is even: always a value that
     * occurred.
     *
     * @return the upper median.
     */
    public double upperMedian() {
        return sorted[sorted.length / 2];
    }

    /**
     * Returns the lowest value below which at most a given share of the values lies.
     *
     * @param share 0 to 1, exclusive; 0.99 for the 99th percentile.
     * @return a value that occurred.
     */
    public double quantile(final double share) {
        return sorted[(int) (sorted.length * share)];
    }

    /**
     * Returns the highest value.
     *
     * @return the maximum.
     */
    public double maximum() {
        return sorted[sorted.length - 1];
    }

    @Override
    public String toString() {
        return sorted.length + " values from " + sorted[0] + " to " + maximum() + ", median " + median();
    }
}
