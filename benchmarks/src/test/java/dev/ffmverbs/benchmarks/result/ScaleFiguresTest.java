// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class ScaleFiguresTest {

    private static ScaleFigures figures(final int sessions, final long beats) {
        return new ScaleFigures(10, sessions, 1200, 5000, 204_800, 1_024_000, beats, 1000, 60, 900);
    }

    @Test
    void readsTheLineItWrites() {
        assertEquals(Optional.of(figures(10, 1000)), ScaleFigures.parse(figures(10, 1000).line()));
        assertEquals(Optional.empty(), ScaleFigures.parse("WARNING: something else"));
    }

    @Test
    void dividesByThePartners() {
        final String row = figures(10, 1000).row();

        assertTrue(row.matches("10 +10 +1200 +500.0 +20.0 +100.0 +100.0 +60 +900 +ok"), row);
    }

    @Test
    void failsWhenSessionsOrHeartbeatsAreMissing() {
        assertTrue(figures(9, 1000).row().endsWith("FAILED: 1 of 10 sessions missing"));
        assertTrue(figures(10, 899).row().endsWith("FAILED: only 899 of 1000 heartbeats read"));
        assertEquals(Optional.empty(), figures(10, 900).problem());
    }
}
