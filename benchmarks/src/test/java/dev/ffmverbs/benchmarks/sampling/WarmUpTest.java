// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WarmUpTest {

    private static final int MANY_WINDOWS = 100;
    private static final long BUDGET_NS = TimeUnit.MILLISECONDS.toNanos(30);

    /** A compiler that has nothing to do. */
    private static final LongSupplier IDLE = () -> 0;

    private static void add(final WarmUp warmUp, final int windows, final double... mediansNs) {
        for (int i = 0; i < windows; i++) {
            warmUp.add(10, mediansNs);
        }
    }

    @Test
    void isNotOverBeforeTheLeastCallsHoweverSteadyTheyAre() {
        final WarmUp warmUp = new WarmUp(BUDGET_NS, 10 * MANY_WINDOWS, 1, IDLE);
        add(warmUp, MANY_WINDOWS - 1, 50);
        assertFalse(warmUp.isOver());

        add(warmUp, 1, 50);
        assertTrue(warmUp.isOver());
    }

    @Test
    void isNotOverWhileTheCompilerWorks() {
        final AtomicLong compilerTimeNs = new AtomicLong();
        final WarmUp warmUp = new WarmUp(BUDGET_NS, 0, 1, compilerTimeNs::incrementAndGet);
        add(warmUp, MANY_WINDOWS, 50);
        assertFalse(warmUp.isOver());
    }

    @Test
    void isNotOverBeforeAllOperationsAreSteady() {
        final WarmUp warmUp = new WarmUp(BUDGET_NS, 0, 2, IDLE);
        for (int i = 0; i < MANY_WINDOWS; i++) {
            add(warmUp, 1, 50, 1000.0 - 5 * i);
        }
        assertTrue(warmUp.of(0).isReached());
        assertFalse(warmUp.of(1).isReached());
        assertFalse(warmUp.isOver());
    }

    @Test
    void isOverSomeTimeWhenOperationsNeverGetSteady() {
        final WarmUp warmUp = new WarmUp(BUDGET_NS, 0, 1, IDLE);
        int windows = 0;
        while (!warmUp.isOver()) {
            add(warmUp, 1, Math.pow(0.9, windows++));
        }
        assertFalse(warmUp.of(0).isReached());
        assertEquals(windows, warmUp.of(0).medians().size());
    }
}
