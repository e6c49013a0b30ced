// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when late responses are noticed. The clock starts just before it overflows. */
@Timeout(30)
class RetryTimersTest {

    private static final long START_NS = Long.MAX_VALUE - 50_000;
    private static final long ROUND_TRIP_NS = 10_000;
    private static final long MINIMUM_NS = 100_000;
    private static final SendAttributes TRIES = new SendAttributes(0, 10, 7, 7, 4);

    private static final long TIMEOUT_NS = TRIES.timeoutNs(MINIMUM_NS);

    private final RetryTimers timers = new RetryTimers();
    private long nowNs = START_NS;

    @BeforeEach
    void configure() {
        timers.configure(TRIES, MINIMUM_NS);
    }

    private void answerFirstPacket() {
        timers.measure(0, nowNs);
        timers.startUnlessRunning(nowNs);
        nowNs += ROUND_TRIP_NS;
        timers.renew(nowNs, 1, true);
    }

    private long waitNs() {
        return timers.deadlineNs() - nowNs;
    }

    private void expire() {
        nowNs = timers.deadlineNs();
        assertTrue(timers.isDue(nowNs));
        timers.restartExpired(nowNs);
    }

    @Test
    void nothingIsLateBeforeTheFirstRoundTrip() {
        timers.startUnlessRunning(nowNs);
        assertEquals(TRIES.timeoutNs(MINIMUM_NS), waitNs());
    }

    @Test
    void everyFurtherLateResponseIsWaitedForTwiceAsLongUntilSomethingIsAnswered() {
        answerFirstPacket();
        assertEquals(MINIMUM_NS, waitNs());
        expire();
        assertEquals(2 * MINIMUM_NS, waitNs());
        expire();
        assertEquals(4 * MINIMUM_NS, waitNs());
        timers.renew(nowNs, 2, true);
        assertEquals(MINIMUM_NS, waitNs());
    }

    @Test
    void lateResponsesDoNotMoveTheTransportTimeout() {
        answerFirstPacket();
        final long answeredNs = nowNs;
        nowNs = timers.deadlineNs();
        for (int i = 0; i < 10 && timers.isEarly(nowNs); i++) {
            timers.restartExpired(nowNs);
            nowNs = timers.deadlineNs();
        }
        assertEquals(TRIES.timeoutNs(MINIMUM_NS), nowNs - answeredNs);
    }

    @Test
    void aPacketThatWasSentAgainIsNotMeasured() {
        timers.measure(0, nowNs);
        timers.startUnlessRunning(nowNs);
        timers.markSentAgain();
        nowNs += ROUND_TRIP_NS;
        timers.renew(nowNs, 1, true);
        assertEquals(TRIES.timeoutNs(MINIMUM_NS), waitNs());
        assertFalse(timers.isDue(nowNs));
    }

    /** Lets the peer answer the first packet, which was sent again after the transport timeout. */
    private void answerAfterATransportTimeout(final long afterNs) {
        timers.measure(0, nowNs);
        timers.startUnlessRunning(nowNs);
        nowNs = timers.deadlineNs();
        assertTrue(timers.retry());
        timers.markSentAgain();
        timers.restartExpired(nowNs);
        nowNs += afterNs;
        timers.renew(nowNs, 1, true);
    }

    @Test
    void aPeerThatAnswersBothPacketsIsGivenTheTimeThatTheFirstOneTook() {
        answerAfterATransportTimeout(TIMEOUT_NS / 2);
        assertEquals(TIMEOUT_NS, waitNs(), "the first packet may have been lost");
        timers.noteSecondAnswer(0);
        timers.restart(nowNs);
        assertTrue(waitNs() > TIMEOUT_NS * 3 / 2, waitNs() + " ns, although a response took 1.5 times " + TIMEOUT_NS);
    }

    @Test
    void anotherResponseToAnEarlierPacketProvesNothing() {
        answerAfterATransportTimeout(TIMEOUT_NS / 2);
        timers.noteSecondAnswer(-1);
        timers.restart(nowNs);
        assertEquals(TIMEOUT_NS, waitNs());
    }

    @Test
    void aSilentPeerIsNoticedAfterAllRetriesHoweverLongItsResponsesTook() {
        for (int answers = 0; answers < 6; answers++) {
            answerAfterATransportTimeout(answers * TIMEOUT_NS);
            timers.noteSecondAnswer(0);
            timers.restart(nowNs);
            final long sinceNs = nowNs;
            int tries = 1;
            nowNs = timers.deadlineNs();
            while (timers.retry()) {
                timers.restartExpired(nowNs);
                nowNs = timers.deadlineNs();
                tries++;
            }
            assertEquals(TRIES.retryCount() + 1, tries);
            final long passedNs = nowNs - sinceNs;
            assertTrue(passedNs >= tries * TIMEOUT_NS && passedNs <= 4 * tries * TIMEOUT_NS, passedNs + " ns");
            timers.configure(TRIES, MINIMUM_NS);
        }
    }

    @Test
    void theTimeThatAPeerAskedForIsNoRoundTrip() {
        timers.measure(0, nowNs);
        timers.startUnlessRunning(nowNs);
        assertTrue(timers.waitForReceiver(nowNs, 3 * TIMEOUT_NS));
        timers.markSentAgain();
        nowNs = timers.deadlineNs();
        timers.restartExpired(nowNs);
        nowNs += ROUND_TRIP_NS;
        timers.renew(nowNs, 1, true);
        assertEquals(TIMEOUT_NS, waitNs());
    }

    private long silenceNs() {
        final long sinceNs = nowNs;
        while (!timers.noteSilence(nowNs)) {
            nowNs = timers.nextNs();
            if (timers.isDue(nowNs)) {
                timers.restartExpired(nowNs);
            }
        }
        return nowNs - sinceNs;
    }

    @Test
    void aPeerWhoseFirstResponsesWereSlowCountsAsSilentAsSoonAsAnyOther() {
        answerFirstPacket();
        final long usualNs = silenceNs();
        configure();
        timers.measure(0, nowNs);
        timers.startUnlessRunning(nowNs);
        nowNs += 1000 * ROUND_TRIP_NS;
        timers.renew(nowNs, 1, true);
        assertTrue(waitNs() > usualNs, "responses are late after " + waitNs() + " ns, silence is " + usualNs + " ns");
        assertEquals(usualNs, silenceNs());
        assertFalse(timers.noteSilence(nowNs), "it is noted once");
    }

    @Test
    void aPeerThatNeverAnsweredCountsAsSilentAsSoonAsAnyOtherEvenWithoutTimeout() {
        answerFirstPacket();
        final long usualNs = silenceNs();
        for (final int timeout : new int[] {0, 31}) {
            timers.configure(new SendAttributes(0, timeout, 7, 7, 4), MINIMUM_NS);
            timers.startUnlessRunning(nowNs);
            assertTrue(timers.hasNext());
            assertEquals(usualNs, silenceNs());
            assertEquals(timeout != 0, timers.hasNext(), "there is nothing to do without a timeout");
        }
    }

    @Test
    void aPeerThatAskedForTimeIsNotSilent() {
        timers.startUnlessRunning(nowNs);
        assertTrue(timers.waitForReceiver(nowNs, 10 * TIMEOUT_NS));
        assertEquals(timers.deadlineNs(), timers.nextNs());
        nowNs = timers.deadlineNs();
        assertFalse(timers.noteSilence(nowNs));
        timers.restartExpired(nowNs);
        assertFalse(timers.noteSilence(nowNs));
        assertTrue(silenceNs() > 0);
    }
}
