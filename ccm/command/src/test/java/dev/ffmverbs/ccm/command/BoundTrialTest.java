// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundTrialTest {

    private static final PairTimes TIMES =
        new PairTimes(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(5));
    private static final long SHORT_NS = Duration.ofMillis(5).toNanos();
    private static final long LONG_NS = Duration.ofMillis(6).toNanos();

    private static NodeLine line(final String node, final Kind kind, final String text) {
        return new NodeLine(node, kind, 1, "", text, "", Map.of());
    }

    private static NodeLine beats(final int late, final int unanswered) {
        return new NodeLine("A", Kind.HEARTBEATS, 1, "B", "", "", Map.of("late", late, "unanswered", unanswered));
    }

    private static BoundTrial judge(final long latenessNs, final NodeLine... said) {
        return BoundTrial.judge(List.of(List.of(said), List.of()), TIMES, latenessNs);
    }

    @Test
    void timesHoldIfNobodyWasTakenForDeadAndNothingWasLost() {
        final BoundTrial trial = judge(SHORT_NS, beats(100, 7), line("A", Kind.LIVENESS, "B is SUSPECT"),
            beats(101, 9), beats(102, 10));
        assertTrue(trial.hasHeld());
        assertEquals(2, trial.late(), "what was late before does not count");
        assertEquals(3, trial.unanswered());
        assertFalse(trial.isMachineBusy());
    }

    @Test
    void aFalseDeathAndALostOwnershipAreIncidents() {
        final BoundTrial trial = judge(0, line("A", Kind.DOWN, "session is DOWN"),
            line("A", Kind.OWNERSHIP_LOST, "no longer owns"), line("A", Kind.SESSION_UP, "session is UP"),
            line("A", Kind.DROPPED, "had declared A dead"));
        assertFalse(trial.hasHeld());
        assertEquals(List.of("A: session is DOWN", "A: no longer owns", "A: had declared A dead"), trial.incidents());
        assertEquals(0, trial.late());
    }

    @Test
    void theMachineIsBusyIfAThreadSleepsTooLongOrANodeLeavesOutBeats() {
        assertTrue(judge(LONG_NS).isMachineBusy());
        assertTrue(judge(SHORT_NS, beats(0, 0), beats(3, 0)).isMachineBusy());
        assertFalse(judge(SHORT_NS, beats(0, 0), beats(0, 1000)).isMachineBusy());
    }
}
