// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The times that a thread has measured. Recording allocates nothing. Not thread-safe. */
final class TimeRecord {

    private static final int MOST_TIMES = 1 << 20;
    private static final int WINDOW_TIMES = 1000;
    private static final int LEAST_WINDOWS = 20;
    private static final double P99 = 0.99;
    private static final double LOWER_QUARTILE = 0.25;
    private static final double UPPER_QUARTILE = 0.75;

    private final long[] timesNs = new long[MOST_TIMES];
    private int count;

    /** Records a time. Times after the first million are ignored. */
    void add(final long ns) {
        if (count < MOST_TIMES) {
            timesNs[count++] = ns;
        }
    }

    /** Returns the medians of windows of consecutive times: of 1000, or of a twentieth if there are fewer. */
    private DoubleStream mediansOfWindows() {
        final int window = Math.clamp(count / LEAST_WINDOWS, 1, WINDOW_TIMES);
        return IntStream.range(0, count / window)
            .mapToDouble(i -> OrderStatistics.of(timesNs, i * window, (i + 1) * window).upperMedian());
    }

    /** Summarizes the times of all threads. */
    static Figures summarize(
        final Collection<TimeRecord> records, final long[] operationsOfPairs, final long elapsedNs,
        final long allocatedBytes) {
        final double[] all = records.stream()
            .flatMapToDouble(record -> Arrays.stream(record.timesNs, 0, record.count).asDoubleStream()).toArray();
        if (all.length == 0) {
            return new Figures(0, elapsedNs, 0, 0, new Figures.Range(0, 0), new Figures.Range(0, 0), allocatedBytes, 0);
        }
        final OrderStatistics times = OrderStatistics.of(all);
        final OrderStatistics medians =
            OrderStatistics.of(records.stream().flatMapToDouble(TimeRecord::mediansOfWindows).toArray());
        return new Figures(LongStream.of(operationsOfPairs).sum(), elapsedNs, (long) times.upperMedian(),
            (long) times.quantile(P99),
            new Figures.Range((long) medians.quantile(LOWER_QUARTILE), (long) medians.quantile(UPPER_QUARTILE)),
            new Figures.Range(LongStream.of(operationsOfPairs).min().orElse(0),
                LongStream.of(operationsOfPairs).max().orElse(0)), allocatedBytes, 0);
    }
}
