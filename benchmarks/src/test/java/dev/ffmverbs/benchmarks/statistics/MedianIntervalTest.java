// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MedianIntervalTest {

    @Test
    void isAllOfFiveRuns() {
        final MedianInterval interval = MedianInterval.of(5, 1, 4, 2, 3);

        assertEquals(3, interval.median());
        assertEquals(1, interval.low());
        assertEquals(5, interval.high());
        assertEquals(0.9375, interval.coverage(), 1e-9);
    }

    @Test
    void leavesOutTheOutermostOfNineRuns() {
        final MedianInterval interval = MedianInterval.of(1, 2, 3, 4, 5, 6, 7, 8, 900);

        assertEquals(5, interval.median());
        assertEquals(2, interval.low());
        assertEquals(8, interval.high());
        assertEquals(1 - 2 * 10.0 / 512, interval.coverage(), 1e-9);
    }

    @Test
    void halvesTheMiddleOfAnEvenNumber() {
        assertEquals(2.5, MedianInterval.of(4, 1, 2, 3).median());
    }

    @Test
    void coversNothingWithOneRun() {
        assertEquals(0, MedianInterval.of(7).coverage());
    }

    @Test
    void refusesNoRuns() {
        assertThrows(IllegalArgumentException.class, MedianInterval::of);
    }
}
