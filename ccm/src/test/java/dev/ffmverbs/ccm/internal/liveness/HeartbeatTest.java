// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.liveness.Heartbeat.Beat;
import dev.ffmverbs.ccm.internal.memory.FakePartnerMemory;
import dev.ffmverbs.ccm.value.BootPhase;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private static final long INTERVAL_NS = 10_000_000;
    private static final long TIMEOUT_NS = 500_000_000;
    private static final int SEQUENCE_OFFSET = 0;

    private final FakePartnerMemory memory = new FakePartnerMemory();
    private final HeartbeatStatistics statistics = new HeartbeatStatistics("A", "B");
    private long nowNs = 1_000;
    private final Heartbeat heartbeat = new Heartbeat(
        memory, memory.bootId(), 1, statistics, () -> nowNs, INTERVAL_NS, TIMEOUT_NS);

    private Beat nextInterval() {
        nowNs += INTERVAL_NS;
        return heartbeat.advance();
    }

    private void tear(final int operation) {
        memory.damage(operation, () -> memory.delivered().set(ValueLayout.JAVA_LONG, SEQUENCE_OFFSET, 1));
    }

    @Test
    void readsOnceEveryInterval() {
        assertEquals(Beat.IDLE, heartbeat.advance());
        for (int beat = 1; beat <= 100; beat++) {
            memory.statusBlock().publish(BootPhase.ACTIVE, beat);
            assertEquals(Beat.HEARD, nextInterval());
            assertEquals(beat, heartbeat.counter());
            assertEquals(Beat.IDLE, heartbeat.advance());
        }
        assertEquals(100, memory.operations());
        assertEquals(100, statistics.summary().count());
        assertEquals(0, statistics.summary().unanswered());
    }

    @Test
    void countsIntervalsItMissedAsItsOwnLateness() {
        nowNs += 5 * INTERVAL_NS;

        assertEquals(Beat.HEARD, heartbeat.advance());

        assertEquals(4, statistics.summary().late());
        assertEquals(Beat.IDLE, heartbeat.advance());
        assertEquals(Beat.HEARD, nextInterval());
        assertEquals(4, statistics.summary().late());
        assertEquals(0, statistics.summary().unanswered());
    }

    @Test
    void countsIntervalsInWhichAReadWasOutstandingAsUnanswered() {
        memory.lose(1);
        assertEquals(Beat.PENDING, nextInterval());
        for (int interval = 0; interval < 5; interval++) {
            assertEquals(Beat.PENDING, nextInterval());
        }

        assertEquals(4, statistics.summary().unanswered(), "the fifth has not ended yet");
        assertEquals(0, statistics.summary().late());
    }

    @Test
    void aPauseWhileAReadIsOutstandingDoesNotCountAgainstThePartner() {
        memory.lose(1);
        assertEquals(Beat.PENDING, nextInterval());
        nowNs += 100 * TIMEOUT_NS;
        assertEquals(Beat.PENDING, heartbeat.advance(), "time in which nobody looked does not count against the READ");

        assertEquals(0, statistics.summary().unanswered());
        assertEquals(100 * TIMEOUT_NS / INTERVAL_NS - 1, statistics.summary().late());
    }

    @Test
    void countsIntervalsWithoutAConnectionAsUnansweredWhileItLooks() {
        for (int interval = 0; interval < 10; interval++) {
            nowNs += INTERVAL_NS;
            heartbeat.look();
        }
        nowNs += 10 * INTERVAL_NS;
        heartbeat.look();

        assertEquals(10, statistics.summary().unanswered());
        assertEquals(9, statistics.summary().late());
    }

    @Test
    void readsATornRecordAgainImmediately() {
        tear(1);

        assertEquals(Beat.PENDING, nextInterval());
        assertEquals(Beat.HEARD, heartbeat.advance());

        assertEquals(1, statistics.summary().torn());
        assertEquals(0, statistics.summary().unanswered());
    }

    @Test
    void aRecordThatStaysTornIsAMissAndNeverAVerdict() {
        for (int operation = 1; operation <= Heartbeat.TORN_READS_LIMIT; operation++) {
            tear(operation);
        }

        Beat beat = nextInterval();
        while (beat == Beat.PENDING) {
            beat = heartbeat.advance();
        }
        assertEquals(Beat.TORN, beat);
        assertEquals(Beat.HEARD, nextInterval());

        assertEquals(Heartbeat.TORN_READS_LIMIT, statistics.summary().torn());
        assertEquals(1, statistics.summary().unanswered());
    }

    @Test
    void neverTakesTheCounterOfAnotherIncarnation() {
        nextInterval();
        final long counter = heartbeat.counter();
        memory.reboot();
        memory.statusBlock().publish(BootPhase.ACTIVE, counter + 1);

        assertEquals(Beat.RESTARTED, nextInterval());
        assertEquals(counter, heartbeat.counter());
    }

    @Test
    void noticesThatThePartnerLeaves() {
        memory.statusBlock().publish(BootPhase.LEAVING, 2);

        assertEquals(Beat.LEAVING, nextInterval());
    }

    @Test
    void reportsWhatTheFabricReported() {
        memory.fail(1, WorkCompletionStatus.RETRY_EXCEEDED);

        assertEquals(Beat.FAILED, nextInterval());

        assertEquals(WorkCompletionStatus.RETRY_EXCEEDED, heartbeat.failure());
        assertEquals(1, statistics.summary().unanswered());
    }

    @Test
    void aReadThatThePartnerEndsBecauseThisNodeLeavesIsNotUnanswered() {
        memory.fail(1, WorkCompletionStatus.WORK_REQUEST_FLUSHED);
        heartbeat.leave();

        assertEquals(Beat.FAILED, nextInterval());

        assertEquals(0, statistics.summary().unanswered());
    }

    @Test
    void abandonsAReadThatDoesNotComplete() {
        memory.lose(1);
        assertEquals(Beat.PENDING, nextInterval());
        for (long waited = 0; waited < TIMEOUT_NS; waited += INTERVAL_NS) {
            assertEquals(Beat.PENDING, nextInterval());
        }
        nowNs += 1;

        assertEquals(Beat.FAILED, heartbeat.advance());
        assertNull(heartbeat.failure());
    }
}
