// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessThresholdsTest {

    private static final LivenessThresholds DEFAULTS = LivenessThresholds.defaults();
    private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static String refusal(final Runnable configuration) {
        return assertThrows(IllegalArgumentException.class, configuration::run).getMessage();
    }

    @Test
    void refusesAnIntervalOutsideItsRange() {
        for (final Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1),
            Duration.ofNanos(99_999), Duration.ofDays(2), EVER, ChronoUnit.FOREVER.getDuration())) {
            assertEquals("the heartbeat interval is " + wrong + "; it must be from PT0.0001S to PT24H",
                refusal(() -> DEFAULTS.withInterval(wrong)));
        }
    }

    @Test
    void refusesEveryInfiniteThresholdAndNamesIt() {
        final Duration ms = Duration.ofMillis(10);
        for (final Duration ever : List.of(EVER, ChronoUnit.FOREVER.getDuration(), Duration.ofDays(366))) {
            assertEquals("suspectAfter is " + ever + "; it must be from PT0.03S to PT8760H",
                refusal(() -> new LivenessThresholds(ms, ever, ever, ever, ms)));
            assertEquals("unreachableDeadAfter is " + ever + "; it must be from PT0.3S to PT8760H",
                refusal(() -> DEFAULTS.withDeadAfter(ever, Duration.ofSeconds(10))));
            assertEquals("stalledDeadAfter is " + ever + "; it must be from PT0.3S to PT8760H",
                refusal(() -> DEFAULTS.withDeadAfter(Duration.ofSeconds(10), ever)));
            assertEquals("ownStallAfter is " + ever + "; it must be from PT0.01S to PT8760H", refusal(() ->
                new LivenessThresholds(ms, ms.multipliedBy(3), ms.multipliedBy(3), ms.multipliedBy(3), ever)));
        }
    }

    @Test
    void namesWhatIsNull() {
        final Duration second = Duration.ofSeconds(1);
        final Duration[] all = {Duration.ofMillis(10), second, second, second, second};
        final List<String> names = List.of("the heartbeat interval", "suspectAfter", "unreachableDeadAfter",
            "stalledDeadAfter", "ownStallAfter");
        for (int i = 0; i < all.length; i++) {
            final Duration[] some = all.clone();
            some[i] = null;
            assertEquals(names.get(i), assertThrows(NullPointerException.class,
                () -> new LivenessThresholds(some[0], some[1], some[2], some[3], some[4])).getMessage());
        }
    }

    @Test
    void refusesEveryIntervalAPartnerMayAnnounceThatMakesDeathUnreachable() {
        for (final long ns : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofDays(1).toNanos()}) {
            refusal(() -> DEFAULTS.forPartner(Duration.ofNanos(ns)));
        }
        assertEquals(DEFAULTS, DEFAULTS.forPartner(Duration.ofNanos(1)));
    }

    @Test
    void refusesToSuspectAfterOneLostRead() {
        assertEquals("suspectAfter is PT0.02S; it must be at least PT0.03S, three heartbeat intervals: one lost READ is"
            + " no reason for suspicion", refusal(() -> DEFAULTS.withSuspectAfter(Duration.ofMillis(20))));
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
