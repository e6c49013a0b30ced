// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import java.util.Arrays;

/**
 * The median of a few runs and an interval that covers the true median, without any assumption of how runs scatter.
 *
 * <p>The interval reaches from the k-th lowest run to the k-th highest, with the largest k whose coverage by the
 * binomial distribution is at least 95 %. With fewer than six runs no k reaches that, and it is all of the runs.
 *
 * @param median   the median.
 * @param low      lower end.
 * @param high     upper end.
 * @param coverage probability that the interval covers the true median.
 */
public record MedianInterval(double median, double low, double high, double coverage) {

    private static final double WANTED = 0.95;

    /**
     * Takes the median.
     *
     * @param values at least one.
     * @return median and interval.
     * @throws IllegalArgumentException when there is no value.
     */
    public static MedianInterval of(final double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values, no median");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int count = sorted.length;
        final double median =
            count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
        int rank = 0;
        while (2 * (rank + 1) < count && coverage(count, rank + 1) >= WANTED) {
            rank++;
        }
        return new MedianInterval(median, sorted[rank], sorted[count - 1 - rank], coverage(count, rank));
    }

    /** One less twice the probability that at most {@code rank} of the values lie below the true median. */
    private static double coverage(final int count, final int rank) {
        double below = 0;
        double binomial = 1;
        for (int i = 0; i <= rank; i++) {
            below += binomial;
            binomial = binomial * (count - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * below / Math.pow(2, count));
    }
}
