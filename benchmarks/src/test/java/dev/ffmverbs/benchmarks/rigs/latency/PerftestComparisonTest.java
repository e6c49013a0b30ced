// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PerftestComparisonTest {

    private final PerftestComparison comparison = new PerftestComparison(Operation.READ);

    private static LatencyRow typical(final double us) {
        return new LatencyRow(8, 1000, 1, 999, us, 500, 0, 999, 999);
    }

    private void add(final double perftestUs, final double bindingUs) {
        comparison.addPerftest(typical(perftestUs));
        comparison.addBinding(typical(bindingUs));
    }

    @Test
    void dividesTheMediansOverAllRunsSoThatOneBadRunDoesNotDecide() {
        add(20, 90);
        add(10, 11);
        add(1, 10);

        assertEquals(1.1, comparison.ratio(), 1e-9);
    }

    @Test
    void takesTheMiddleOfAnEvenNumberOfRuns() {
        add(10, 12);
        add(10, 14);

        assertEquals(1.3, comparison.ratio(), 1e-9);
    }

    @Test
    void reportsBothSidesAndWhetherTheLimitIsMet() {
        add(10, 12);

        assertEquals("""
            READ   ib_read_lat   median of p50    10.00 usec, of runs 10.00
            READ   ffm-verbs     median of p50    12.00 usec, of runs 12.00
            READ   ratio of medians 1.200, required <= 1.10: MISSED
            """, comparison.describe(1.1));
        assertTrue(comparison.describe(1.2).contains("met"));
    }
}
