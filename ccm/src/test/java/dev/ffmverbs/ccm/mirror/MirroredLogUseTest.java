// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.AllocatedBytes;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Terms, batches, trimming and followers of a mirrored log. */
@Timeout(120)
class MirroredLogUseTest {

    private static final String PAIRS = "dev.ffmverbs.ccm.NodePair#single";
    private static final Duration LIMIT = LogNodes.LIMIT;
    private static final int CAPACITY = 4096;
    private static final int PAYLOAD = 64;
    private static final int BATCH = 16;

    private final MemorySegment payload = Arena.ofAuto().allocate(BATCH * PAYLOAD);
    private final int[] lengths = new int[BATCH];

    private static MirroredLog log() {
        return new MirroredLog("log", CAPACITY, PAYLOAD);
    }

    private long append(final MirroredLog log, final long number) {
        payload.set(ValueLayout.JAVA_LONG, 0, number);
        return log.append(payload, 0, PAYLOAD);
    }

    private long appendBatch(final MirroredLog log, final long firstNumber) {
        for (int i = 0; i < BATCH; i++) {
            lengths[i] = PAYLOAD;
            payload.set(ValueLayout.JAVA_LONG, (long) i * PAYLOAD, firstNumber + i);
        }
        return log.appendAll(payload, 0, lengths);
    }

    private static void assertNext(final LogEntries entries, final long number) {
        assertTrue(entries.next(), "entry " + number);
        assertEquals(number, entries.sequence());
        assertEquals(number, entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void appendsOnlyInATermThatIsHeldAndBothCopiesCarryIt(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final AtomicLong term = new AtomicLong();
        final MirroredLog log = log();
        log.requireTerm(term::get);
        final MirroredLog copy = log();
        try (ClusterConnectionManager nodeB = nodes.b(copy)) {
            try (ClusterConnectionManager nodeA = nodes.a(log)) {
                LogNodes.awaitMirrored(log);
                assertEquals("log log appends only while this node owns, and it holds no term now; append again when it"
                    + " has acquired ownership", assertThrows(IllegalStateException.class, () -> append(log, 1))
                    .getMessage(), nodeA.toString());
                LogNodes.awaitMirrored(copy);
                term.set(3);
                assertEquals("log log has not continued in term 3 yet, and the partner's log may have later entries;"
                    + " call continueInTerm() first", assertThrows(IllegalStateException.class, () -> append(log, 1))
                    .getMessage());
                assertEquals(1, LogNodes.continueInTerm(log, 3).sequence());
                assertEquals(2, append(log, 2));
                term.set(4);
                assertThrows(IllegalStateException.class, () -> append(log, 3), "not continued in term 4");
                assertEquals(3, log.continueInTerm(4).sequence());
                assertEquals(4, append(log, 4));
                assertTrue(log.awaitAcknowledged(4, LIMIT));
                final LogEntries held = copy.partnersEntries().orElseThrow();
                assertNext(held, 2);
                assertEquals(3, held.term());
                assertNext(held, 4);
                assertEquals(4, held.term());
                term.set(3);
                assertTrue(assertThrows(IllegalStateException.class, () -> append(log, 3)).getMessage()
                    .startsWith("log log has entries of term 4, and this node appends in term 3"));
                assertThrows(IllegalStateException.class, () -> appendBatch(log, 3));
                assertEquals(4, log.lastSequence());
            }
            final MirroredLog restarted = log();
            try (ClusterConnectionManager nodeA = nodes.a(restarted)) {
                LogNodes.awaitMirrored(restarted);
                assertThrows(IllegalStateException.class, () -> append(restarted, 3), "term 0 after 4, at " + nodeB);
                restarted.requireTerm(term::get);
                term.set(4);
                assertThrows(IllegalStateException.class, () -> restarted.continueInTerm(4), "a second time");
                term.set(5);
                assertEquals(5, LogNodes.continueInTerm(restarted, 5).sequence());
                assertEquals(6, append(restarted, 6), nodeA.toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void runsThroughItsMemoryManyTimesWhenItIsTrimmedAndARestartedNodeContinuesThere(final NodePair pair)
        throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final long last = 5_000;
        final MirroredLog copy = log();
        try (ClusterConnectionManager nodeB = nodes.b(copy)) {
            final MirroredLog log = log();
            try (ClusterConnectionManager nodeA = nodes.a(log)) {
                LogNodes.awaitMirrored(log);
                for (long number = 1; number <= last; number++) {
                    assertEquals(number, append(log, number));
                    if (number % 20 == 0) {
                        assertTrue(log.awaitAcknowledged(number, LIMIT), () -> "of " + nodeA + " and " + nodeB);
                        log.trim(number - 10);
                    }
                }
                assertTrue(log.awaitAcknowledged(last, LIMIT));
                assertHoldsLastTen(log.entries(), last);
                assertHoldsLastTen(copy.partnersEntries().orElseThrow(), last);
            }
            final MirroredLog restarted = log();
            try (ClusterConnectionManager nodeA = nodes.a(restarted)) {
                LogNodes.awaitMirrored(restarted);
                assertHoldsLastTen(restarted.entries(), last);
                assertEquals(last + 1, append(restarted, last + 1), nodeA.toString());
            }
        }
    }

    private static void assertHoldsLastTen(final LogEntries entries, final long last) {
        assertEquals(last - 10, entries.sequence());
        for (long number = last - 9; number <= last; number++) {
            assertNext(entries, number);
        }
        assertFalse(entries.next());
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aReaderWhoseEntriesAreTrimmedIsToldAndContinues(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog log = log();
        final MirroredLog copy = log();
        try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(copy)) {
            LogNodes.awaitMirrored(log);
            LogNodes.awaitMirrored(copy);
            for (long number = 1; number <= 20; number++) {
                append(log, number);
            }
            assertTrue(log.awaitAcknowledged(20, LIMIT), () -> "of " + nodeA + " and " + nodeB);
            final LogEntries own = log.tail(0);
            final LogEntries held = copy.partnersEntries().orElseThrow();
            assertNext(own, 1);
            assertNext(held, 1);
            log.trim(15);
            for (long number = 21; number <= 50; number++) {
                append(log, number);
            }
            assertTrue(log.awaitAcknowledged(50, LIMIT));
            for (final LogEntries reader : new LogEntries[] {own, held}) {
                assertTrue(reader.isTrimmed());
                final EntriesTrimmedException told = assertThrows(EntriesTrimmedException.class, () -> {
                    while (reader.next()) {
                        assertTrue(reader.sequence() <= 15, "entry " + reader.sequence());
                    }
                });
                assertEquals(16, told.firstRemaining());
                assertTrue(told.getMessage().endsWith("the reader continues with entry 16"), told.getMessage());
                assertNext(reader, 16);
                assertFalse(reader.isTrimmed());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aBatchIsAppendedAsAWholeOrNotAtAll(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog log = log();
        final MirroredLog copy = log();
        try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(copy)) {
            LogNodes.awaitMirrored(log);
            LogNodes.awaitMirrored(copy);
            assertEquals(16, appendBatch(log, 1));
            assertEquals(32, appendBatch(log, 17));
            assertTrue(log.awaitAcknowledged(32, LIMIT), () -> "of " + nodeA + " and " + nodeB);
            final LogEntries held = copy.partnersEntries().orElseThrow();
            for (long number = 1; number <= 32; number++) {
                assertNext(held, number);
            }
            assertEquals("log log is full: it holds entries 1 to 32 in 4096 bytes, and 16 more with their headers do"
                + " not fit; call trim() with the number of the last entry that nobody needs",
                assertThrows(IllegalStateException.class, () -> appendBatch(log, 33)).getMessage());
            assertEquals(32, log.lastSequence());
            assertFalse(held.next());
            log.trim(16);
            assertEquals(48, appendBatch(log, 33));
            assertTrue(log.awaitAcknowledged(48, LIMIT));
            for (long number = 33; number <= 48; number++) {
                assertNext(held, number);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void saysWhyItDoesNotAppendABatch(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog log = log();
        try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(log())) {
            LogNodes.awaitMirrored(log);
            assertThrows(IllegalArgumentException.class, () -> log.appendAll(payload, 0), nodeA + ", " + nodeB);
            assertThrows(IllegalArgumentException.class, () -> log.appendAll(payload, 0, 1, PAYLOAD + 1));
            assertThrows(IllegalArgumentException.class, () -> log.appendAll(payload, 0, 1, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> log.appendAll(payload, BATCH * PAYLOAD - 1, 1, 1));
            assertEquals(0, log.lastSequence());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aTailFollowsWhatIsAcknowledgedAndNothingElse(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog log = log();
        try (ClusterConnectionManager nodeA = nodes.a(log)) {
            final LogEntries tail;
            try (ClusterConnectionManager nodeB = nodes.b(log())) {
                LogNodes.awaitMirrored(log);
                tail = log.tail(0);
                assertFalse(tail.awaitNext(Duration.ofMillis(1)));
                final Thread appending = Thread.ofPlatform().start(() -> append(log, 1));
                assertTrue(tail.awaitNext(LIMIT), () -> "of " + nodeA + " and " + nodeB);
                assertEquals(1, tail.sequence());
                appending.join();
                append(log, 2);
                assertTrue(log.awaitAcknowledged(2, LIMIT));
                assertNext(log.tail(1), 2);
            }
            LogNodes.awaitState(log, MirrorState.ALONE);
            append(log, 3);
            assertFalse(tail.next(), "nothing is acknowledged while the log is alone");
            final LogEntries all = log.entries();
            assertNext(all, 1);
            assertNext(all, 2);
            assertNext(all, 3);
            try (ClusterConnectionManager nodeB = nodes.b(log())) {
                assertTrue(tail.awaitNext(LIMIT), () -> "of " + nodeB);
                assertEquals(2, tail.sequence());
                assertTrue(tail.awaitNext(LIMIT));
                assertEquals(3, tail.sequence());
                assertThrows(IllegalArgumentException.class, () -> log.tail(4));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void batchesPollsAndFollowersAllocateNothing(final NodePair pair) throws Exception {
        AllocatedBytes.requireOptimizingCompiler();
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog log = log();
        final MirroredLog copy = log();
        Arrays.fill(lengths, PAYLOAD);
        try (ClusterConnectionManager nodeB = nodes.b(copy); ClusterConnectionManager nodeA = nodes.a(log)) {
            LogNodes.awaitMirrored(log);
            LogNodes.awaitMirrored(copy);
            final LogEntries tail = log.tail(0);
            final LogEntries held = copy.partnersEntries().orElseThrow();
            final String thread = Thread.currentThread().getName();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                final long before = AllocatedBytes.of(thread);
                final long counting = AllocatedBytes.of(thread) - before;
                final long bytes = AllocatedBytes.of(thread);
                for (int i = 0; i < 200; i++) {
                    follow(tail, held, log.appendAll(payload, 0, lengths));
                    log.trim(log.lastSequence());
                }
                least = Math.min(least, AllocatedBytes.of(thread) - bytes - counting);
            }
            assertTrue(least <= 0, least + " bytes in 200 batches, at least, of " + nodeA + " and " + nodeB);
        }
    }

    private static void follow(final LogEntries tail, final LogEntries held, final long last) {
        while (tail.sequence() < last) {
            tail.next();
        }
        while (held.sequence() < last) {
            held.next();
        }
    }
}
