// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

/**
 * The median of a few runs, and an interval that covers the true median without assumptions about how runs scatter.
 *
 * <p>The interval reaches from the k-th lowest run to the k-th highest, with the largest k whose coverage by the
 * binomial distribution is at least 95 %. With fewer than six runs no k reaches that, and the interval contains all
 * runs.
 *
 * @param median   the median.
 * @param low      lower end of the interval.
 * @param high     upper end of the interval.
 * @param coverage probability that the interval covers the true median.
 */
public record MedianInterval(double median, double low, double high, double coverage) {

    private static final double WANTED_COVERAGE = 0.95;

    /**
     * Computes median and interval.
     *
     * @param values at least one value.
     * @return median and interval.
     * @throws IllegalArgumentException if there is no value.
     */
    public static MedianInterval of(final double... values) {
        final OrderStatistics order = OrderStatistics.of(values);
        final int count = order.count();
        int rank = 0;
        while (2 * (rank + 1) < count && coverage(count, rank + 1) >= WANTED_COVERAGE) {
            rank++;
        }
        return new MedianInterval(
            order.median(), order.atRank(rank), order.atRank(count - 1 - rank), coverage(count, rank));
    }

    /** Returns one minus twice the probability that at most {@code rank} of the values lie below the true median. */
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
