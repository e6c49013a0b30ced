// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivenessThresholdsTest {

    private static final LivenessThresholds DEFAULTS = LivenessThresholds.defaults();

    private static String refusal(final Runnable configuration) {
        return assertThrows(IllegalArgumentException.class, configuration::run).getMessage();
    }

    @Test
    void refusesAnIntervalThatIsNotPositive() {
        assertEquals("the heartbeat interval is PT0S; it must be positive",
            refusal(() -> DEFAULTS.withInterval(Duration.ZERO)));
    }

    @Test
    void refusesToSuspectAfterOneLostRead() {
        assertEquals("suspectAfter is PT0.02S; it must be at least PT0.03S, three heartbeat intervals: one READ lost is"
            + " nothing to suspect", refusal(() -> DEFAULTS.withSuspectAfter(Duration.ofMillis(20))));
    }

    @Test
    void refusesToDeclareDeadBeforeSuspecting() {
        assertEquals("unreachableDeadAfter is PT0.2S; it must be at least PT0.3S, suspectAfter",
            refusal(() -> DEFAULTS.withDeadAfter(Duration.ofMillis(200), Duration.ofSeconds(10))));
        assertEquals("stalledDeadAfter is PT0.2S; it must be at least PT0.3S, suspectAfter",
            refusal(() -> DEFAULTS.withDeadAfter(Duration.ofSeconds(3), Duration.ofMillis(200))));
    }

    @Test
    void movesSuspicionUpToWhatALongIntervalNeeds() {
        final LivenessThresholds slow = DEFAULTS.withInterval(Duration.ofMillis(500));

        assertEquals(Duration.ofMillis(1500), slow.suspectAfter());
        assertEquals(Duration.ofMillis(500), slow.ownStallAfter());
        assertEquals(DEFAULTS.suspectAfter(), DEFAULTS.withInterval(Duration.ofMillis(1)).suspectAfter());
    }
}
