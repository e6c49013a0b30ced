// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OrderStatisticsTest {

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwoAndTheUpperMedianTheHigherOfThem() {
        final OrderStatistics even = OrderStatistics.of(4, 1, 3, 2);

        assertEquals(2.5, even.median());
        assertEquals(3, even.upperMedian());
    }

    @Test
    void bothMediansOfAnOddNumberAreTheMiddleValue() {
        final OrderStatistics odd = OrderStatistics.of(9, 1, 5);

        assertEquals(5, odd.median());
        assertEquals(5, odd.upperMedian());
        assertEquals(9, odd.maximum());
        assertEquals(1, odd.atRank(0));
    }

    @Test
    void oneInAHundredExceedsTheQuantileOfNinetyNine() {
        final long[] values = LongStream.rangeClosed(1, 100).toArray();

        assertEquals(100, OrderStatistics.of(values, 0, 100).quantile(0.99));
        assertEquals(51, OrderStatistics.of(values, 0, 100).quantile(0.5));
    }

    @Test
    void takesARangeAndLeavesTheValuesAlone() {
        final long[] values = {7, 3, 1, 2, 99};

        assertEquals(2, OrderStatistics.of(values, 1, 4).upperMedian());
        assertEquals(7, values[0]);
        assertEquals(3, values[1]);
    }

    @Test
    void refusesNoValues() {
        assertThrows(IllegalArgumentException.class, OrderStatistics::of);
        assertThrows(IllegalArgumentException.class, () -> OrderStatistics.of(new long[1], 1, 1));
    }
}
