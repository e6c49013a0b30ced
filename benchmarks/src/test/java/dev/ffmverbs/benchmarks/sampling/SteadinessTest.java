// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SteadinessTest {

    private static final int LEAST = 30;
    private static final long COMPILER_AT_REST = 100;

    private final Steadiness steadiness = new Steadiness(LEAST);

    private void add(final int windows, final double median) {
        for (int i = 0; i < windows; i++) {
            steadiness.add(median, COMPILER_AT_REST);
        }
    }

    @Test
    void isNotReachedBeforeTheLeastNumberOfWindows() {
        add(LEAST - 1, 10);
        assertFalse(steadiness.isReached());

        add(1, 10);
        assertTrue(steadiness.isReached());
    }

    @Test
    void isNotReachedWhileMediansFall() {
        for (int i = 0; i < 2 * LEAST; i++) {
            steadiness.add(100.0 - i, COMPILER_AT_REST);
        }
        assertFalse(steadiness.isReached());
    }

    @Test
    void isNotReachedWhileTheCompilerWorksHoweverAlikeTheMediansAre() {
        for (int i = 0; i < 2 * LEAST; i++) {
            steadiness.add(10, i);
        }
        assertFalse(steadiness.isReached());
    }

    @Test
    void isReachedOnceNothingHasImprovedForLongEnough() {
        add(LEAST, 50);
        add(1, 10);
        add(Steadiness.QUIET_WINDOWS - 1, 10);
        assertFalse(steadiness.isReached(), "the fall is among the windows that must be quiet");

        add(1, 10);
        assertTrue(steadiness.isReached());
    }

    @Test
    void isReachedOnAMachineWhoseMediansScatter() {
        for (int i = 0; i < 2 * LEAST; i++) {
            steadiness.add(10 + i % 5, COMPILER_AT_REST);
        }
        assertTrue(steadiness.isReached());
    }

    @Test
    void showsItsCourseFromTheFirstWindowToTheLast() {
        for (int i = 0; i < 100; i++) {
            steadiness.add(100 - i, COMPILER_AT_REST);
        }
        assertEquals("100 windows, medians 100.00 86.00 72.00 58.00 44.00 30.00 16.00 2.00 1.00",
            steadiness.toString());
    }
}
