// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits that nothing can fulfil, because no port leads to a partner, and what ends them. */
@Timeout(60)
class LogWaitsTest {

    private static final int PAYLOAD = 64;
    private static final Duration VERY_LONG = Duration.ofDays(1);
    private static final long SOON_S = 10;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);
    private final AtomicLong term = new AtomicLong();
    private final MirroredLog log = new MirroredLog("log", 4096, PAYLOAD);

    /** A wait on another thread, which has begun to sleep. */
    private static FutureTask<Boolean> begin(final Callable<Boolean> wait) throws InterruptedException {
        final FutureTask<Boolean> task = new FutureTask<>(wait);
        final Thread thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.sleep(1);
        }
        return task;
    }

    private static void assertEndsInVain(final FutureTask<Boolean> wait) throws Exception {
        assertFalse(wait.get(SOON_S, TimeUnit.SECONDS));
    }

    /** Appends an entry that no partner holds. */
    private long appendAlone() {
        log.requireTerm(term::get);
        term.set(1);
        log.continueDespiteLoss(1);
        return log.append(payload, 0, PAYLOAD);
    }

    @Test
    void aWaitForAnAcknowledgementEndsWithTheTermWhileTheLogIsAlone() throws Exception {
        final long sequence = appendAlone();
        final FutureTask<Boolean> wait = begin(() -> log.awaitAcknowledged(sequence, VERY_LONG));
        assertFalse(wait.isDone(), "the term is held");
        term.set(0);
        assertEndsInVain(wait);
    }

    @Test
    void aWaitForAnAcknowledgementEndsWhenTheLogIsClosed() throws Exception {
        final long sequence = appendAlone();
        final FutureTask<Boolean> wait = begin(() -> log.awaitAcknowledged(sequence, VERY_LONG));
        log.close();
        assertEndsInVain(wait);
    }

    @Test
    void aWaitForThePartnerEndsWhenTheLogIsClosed() throws Exception {
        final FutureTask<Boolean> wait = begin(() -> log.awaitReady(VERY_LONG));
        log.close();
        assertEndsInVain(wait);
    }

    @Test
    void aReaderThatWaitsForAnEntryReturnsWhenTheLogIsClosed() throws Exception {
        final LogEntries entries = log.entries();
        final FutureTask<Boolean> wait = begin(() -> entries.awaitNext(VERY_LONG));
        log.close();
        assertEndsInVain(wait);
    }

    @Test
    void aReaderThatWaitsForAnAcknowledgedEntryReturnsWhenTheLogIsClosed() throws Exception {
        appendAlone();
        final LogEntries tail = log.tail(0);
        final FutureTask<Boolean> wait = begin(() -> tail.awaitNext(VERY_LONG));
        log.close();
        assertEndsInVain(wait);
    }

    @Test
    void aLogThatIsClosedIsNotReadyAndItsEntriesCanBeReadAtOnce() throws IOException, InterruptedException {
        final long sequence = appendAlone();
        log.close();
        assertFalse(log.awaitReady(VERY_LONG));
        final LogEntries entries = log.entries();
        assertTrue(entries.awaitNext(VERY_LONG));
        assertEquals(sequence, entries.sequence());
        assertFalse(entries.awaitNext(VERY_LONG));
    }
}
