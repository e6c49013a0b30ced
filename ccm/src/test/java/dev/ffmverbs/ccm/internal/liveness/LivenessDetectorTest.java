// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivenessDetectorTest {

    private static final long MS = 1_000_000;

    private final LivenessThresholds thresholds = new LivenessThresholds(Duration.ofMillis(10),
        Duration.ofMillis(300), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofMillis(100));
    private long nowNs = Long.MAX_VALUE - 5_000 * MS;
    private long counter = 1;
    private final LivenessDetector detector = new LivenessDetector(thresholds, nowNs, counter);

    private Liveness passMs(final long ms, final Runnable everyInterval) {
        Liveness liveness = Liveness.ALIVE;
        for (long passed = 0; passed < ms; passed += 10) {
            nowNs += 10 * MS;
            everyInterval.run();
            liveness = detector.tick(nowNs);
        }
        return liveness;
    }

    private void beat() {
        counter++;
        detector.noteCounter(nowNs, counter);
    }

    private void readTheSameCounter() {
        detector.noteCounter(nowNs, counter);
    }

    private void readFails() {
    }

    @Test
    void isAliveWhileTheCounterMoves() {
        assertEquals(Liveness.ALIVE, passMs(60_000, this::beat));
        assertEquals(Silence.NONE, detector.silence());
    }

    @Test
    void isSuspectAndThenDeadWhenReadsFail() {
        passMs(1_000, this::beat);

        assertEquals(Liveness.ALIVE, passMs(290, this::readFails));
        assertEquals(Liveness.SUSPECT, passMs(10, this::readFails));
        assertEquals(Silence.UNREACHABLE, detector.silence());
        assertEquals(Liveness.SUSPECT, passMs(2_690, this::readFails));
        assertEquals(Liveness.DEAD, passMs(10, this::readFails));
        assertEquals(Silence.UNREACHABLE, detector.silence());
    }

    @Test
    void isReachedWhenAllRecordsAreTornAndDeadNoSoonerThanAStalledOne() {
        passMs(1_000, this::beat);

        assertEquals(Liveness.SUSPECT, passMs(9_900, () -> detector.noteTornRecord(nowNs)));
        assertEquals(Silence.STALLED, detector.silence());
        assertEquals(Liveness.ALIVE, passMs(10, this::beat));
    }

    @Test
    void isStalledNotUnreachableWhenReadsShowTheSameCounter() {
        passMs(1_000, this::beat);

        assertEquals(Liveness.SUSPECT, passMs(9_990, this::readTheSameCounter));
        assertEquals(Silence.STALLED, detector.silence());
        assertEquals(Liveness.DEAD, passMs(10, this::readTheSameCounter));
        assertEquals(Silence.STALLED, detector.silence());
    }

    @Test
    void isAliveAgainWhenTheStallEnds() {
        passMs(5_000, this::readTheSameCounter);
        assertEquals(Liveness.ALIVE, passMs(10, this::beat));
    }

    @Test
    void isAliveAgainWhenReadsSucceedAgain() {
        passMs(2_000, this::readFails);
        assertEquals(Liveness.ALIVE, passMs(10, this::beat));
    }

    @Test
    void deathIsFinal() {
        passMs(3_000, this::readFails);
        assertEquals(Liveness.DEAD, passMs(1_000, this::beat));
    }

    @Test
    void discardsTheVerdictAfterAnOwnStall() {
        passMs(1_000, this::beat);
        nowNs += 60_000 * MS;

        assertEquals(Liveness.ALIVE, detector.tick(nowNs));
        assertEquals(1, detector.ownStalls());
        assertEquals(Liveness.ALIVE, passMs(280, this::readFails), "and the interval that was due has passed");
        assertEquals(Liveness.SUSPECT, passMs(10, this::readFails));
    }

    @Test
    void countsOnlyTheTimeItWasRunningItself() {
        passMs(2_000, this::readFails);
        nowNs += 30_000 * MS;
        assertEquals(Liveness.SUSPECT, detector.tick(nowNs));

        assertEquals(Liveness.SUSPECT, passMs(980, this::readFails), "and the interval that was due has passed");
        assertEquals(Liveness.DEAD, passMs(10, this::readFails));
    }

    @Test
    void aSingleOwnPauseCausesNoSuspicionHoweverShortTheThresholds() {
        final Duration hasty = Duration.ofMillis(3);
        final LivenessDetector judge = new LivenessDetector(
            new LivenessThresholds(Duration.ofMillis(1), hasty, hasty, hasty, Duration.ofSeconds(1)), nowNs, counter);
        for (long pauseMs = 1; pauseMs < 1_000; pauseMs++) {
            nowNs += pauseMs * MS;
            assertEquals(Liveness.ALIVE, judge.tick(nowNs), "after " + pauseMs + " ms");
            counter++;
            judge.noteCounter(nowNs, counter);
        }
    }

    @Test
    void alternatingSilencesAlsoEndInDeath() {
        passMs(1_000, this::beat);
        Liveness liveness = Liveness.ALIVE;
        long passedMs = 0;
        while (liveness != Liveness.DEAD && passedMs < 60_000) {
            liveness = passMs(2_900, this::readFails);
            if (liveness != Liveness.DEAD) {
                liveness = passMs(10, this::readTheSameCounter);
            }
            passedMs += 2_910;
        }
        assertEquals(Liveness.DEAD, liveness);
        assertTrue(passedMs <= 11_640, passedMs + " ms");
    }

    @Test
    void saysWhenToLookSoThatNoVerdictWaitsForAnInterval() {
        passMs(1_000, this::beat);
        assertEquals(300 * MS, detector.untilVerdictNs());
        passMs(290, this::readFails);
        assertEquals(10 * MS, detector.untilVerdictNs());
        nowNs += 11 * MS;
        assertEquals(Liveness.SUSPECT, detector.tick(nowNs));
        assertEquals(2_699 * MS, detector.untilVerdictNs());
    }

    @Test
    void survivesTheClocksOverflow() {
        assertEquals(Liveness.ALIVE, passMs(10_000, this::beat));
    }
}
