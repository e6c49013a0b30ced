// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One log of two nodes, which the next owner continues. */
@Timeout(120)
class MirroredLogTakeOverTest {

    private static final String PAIRS = "dev.ffmverbs.ccm.NodePair#single";
    private static final Duration LIMIT = LogNodes.LIMIT;
    private static final int CAPACITY = 64 << 10;
    private static final int PAYLOAD = 64;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);
    private final AtomicLong termA = new AtomicLong();
    private final AtomicLong termB = new AtomicLong();

    @RegisterExtension
    final MemoryFolder folder = new MemoryFolder();

    private static MirroredLog log(final AtomicLong term) {
        final MirroredLog log = new MirroredLog("log", CAPACITY, PAYLOAD);
        log.requireTerm(term::get);
        return log;
    }

    private MirroredLog open(final String file, final AtomicLong term) throws IOException {
        final MirroredLog log = new MirroredLog("log", CAPACITY, PAYLOAD, folder.resolve(file));
        log.requireTerm(term::get);
        return log;
    }

    private long append(final MirroredLog log, final long content) {
        payload.set(ValueLayout.JAVA_LONG, 0, content);
        return log.append(payload, 0, PAYLOAD);
    }

    /** Reads numbers and contents. */
    private static List<List<Long>> read(final MirroredLog log) {
        final List<List<Long>> read = new ArrayList<>();
        final LogEntries entries = log.entries();
        while (entries.next()) {
            read.add(List.of(entries.sequence(), entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0)));
        }
        return read;
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void ownersInTurnsContinueOneLogAndItsNumbers(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog b = log(termB);
        try (ClusterConnectionManager nodeB = nodes.b(b)) {
            final MirroredLog a = log(termA);
            try (ClusterConnectionManager nodeA = nodes.a(a)) {
                LogNodes.awaitMirrored(a);
                LogNodes.awaitMirrored(b);
                termA.set(1);
                assertEquals(1, LogNodes.continueInTerm(a, 1).sequence(), () -> nodeA + ", " + nodeB);
                assertEquals(2, append(a, 100));
                assertEquals(3, append(a, 101));
                assertTrue(a.awaitAcknowledged(3, LIMIT));
                assertThrows(IllegalStateException.class, () -> b.continueInTerm(2), "it holds no term");
            }
            termA.set(0);
            termB.set(2);
            final LogContinuation begun = b.continueInTerm(2);
            assertEquals(new LogContinuation(2, 4, true, 3, 0, 0, 0, 0), begun);
            assertEquals(5, append(b, 102));
            assertEquals(0, b.poll(), "the partner does not hold it");
            assertEquals(List.of(List.of(2L, 100L), List.of(3L, 101L), List.of(5L, 102L)), read(b));
            final MirroredLog again = log(termA);
            try (ClusterConnectionManager nodeA = nodes.a(again)) {
                assertTrue(b.awaitAcknowledged(5, LIMIT), () -> nodeA + ", " + nodeB);
                termB.set(0);
                assertEquals(0, b.poll(), "a later owner may have continued");
                assertFalse(b.awaitAcknowledged(5, LIMIT));
                assertTrue(again.awaitReady(LIMIT));
                termA.set(3);
                assertEquals(new LogContinuation(3, 6, true, 5, 0, 0, 0, 0), LogNodes.continueInTerm(again, 3));
                assertEquals(7, append(again, 103));
                assertTrue(again.awaitAcknowledged(7, LIMIT));
                assertEquals(List.of(List.of(2L, 100L), List.of(3L, 101L), List.of(5L, 102L), List.of(7L, 103L)),
                    read(again));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void whatAFormerOwnerAppendedAloneIsCutAndTold(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog a = log(termA);
        final MirroredLog b = log(termB);
        try (ClusterConnectionManager nodeB = nodes.b(b)) {
            try (ClusterConnectionManager nodeA = nodes.a(a)) {
                LogNodes.awaitMirrored(a);
                LogNodes.awaitMirrored(b);
                termA.set(1);
                LogNodes.continueInTerm(a, 1);
                assertTrue(a.awaitAcknowledged(append(a, 100), LIMIT), () -> nodeA + ", " + nodeB);
            }
            assertEquals(3, append(a, 101));
            assertEquals(4, append(a, 102));
            final LogEntries former = a.entries();
            while (former.next()) {
                assertEquals(1, former.term());
            }
            termA.set(0);
            termB.set(2);
            assertEquals(3, b.continueInTerm(2).sequence());
            assertEquals(4, append(b, 201));
            try (ClusterConnectionManager nodeA = nodes.a(a)) {
                assertTrue(b.awaitAcknowledged(4, LIMIT), () -> nodeA + ", " + nodeB);
                termB.set(0);
                termA.set(3);
                assertEquals(new LogContinuation(3, 5, true, 4, 2, 3, 4, 0), LogNodes.continueInTerm(a, 3));
                assertThrows(LogReplacedException.class, former::next);
                assertEquals(List.of(List.of(2L, 100L), List.of(4L, 201L)), read(a));
                assertTrue(a.awaitAcknowledged(append(a, 103), LIMIT));
                assertEquals(3, b.partnersEntries().stream().mapToInt(MirroredLogTakeOverTest::count).sum());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void thePartnerWritesToTheMemoryThatALogContinuesFromWhateverNodeItIsRegisteredWith(final NodePair pair)
        throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog a = log(termA);
        final MirroredLog b = log(termB);
        try (ClusterConnectionManager nodeB = nodes.b(b)) {
            final List<MemorySegment> copies = new ArrayList<>();
            for (int registration = 0; registration < 2; registration++) {
                try (ClusterConnectionManager nodeA = nodes.a(a)) {
                    LogNodes.awaitMirrored(a);
                    copies.add(a.memoryFor(nodeA.partners().getFirst()).orElseThrow());
                }
                LogNodes.awaitState(b, MirrorState.ALONE);
            }
            assertEquals(copies.getFirst(), copies.getLast(), nodeB.toString());
        }
    }

    private static int count(final LogEntries entries) {
        int count = 0;
        while (entries.next()) {
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aNodeThatStartsFromItsFileTakesOverAlone(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        try (MirroredLog a = open("a", termA); MirroredLog b = open("b", termB)) {
            try (ClusterConnectionManager nodeA = nodes.a(a); ClusterConnectionManager nodeB = nodes.b(b)) {
                LogNodes.awaitMirrored(a);
                LogNodes.awaitMirrored(b);
                termA.set(1);
                LogNodes.continueInTerm(a, 1);
                assertTrue(a.awaitAcknowledged(append(a, 100), LIMIT), () -> nodeA + ", " + nodeB);
            }
        }
        termA.set(0);
        termB.set(2);
        try (MirroredLog b = open("b", termB)) {
            assertEquals(new LogContinuation(2, 3, true, 2, 0, 0, 0, 0), b.continueInTerm(2));
            assertEquals(4, append(b, 101));
        }
        termB.set(3);
        try (MirroredLog b = open("b", termB)) {
            final LogContinuation begun = b.continueInTerm(3);
            assertEquals(new LogContinuation(3, 5, false, 2, 0, 0, 0, 0), begun);
            assertFalse(begun.isHeldByBoth());
            assertEquals(List.of(List.of(2L, 100L), List.of(4L, 101L)), read(b));
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aTailReadsWhatIsAcknowledgedInTheTermThatIsHeld(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final MirroredLog a = log(termA);
        final MirroredLog b = log(termB);
        try (ClusterConnectionManager nodeA = nodes.a(a); ClusterConnectionManager nodeB = nodes.b(b)) {
            LogNodes.awaitMirrored(a);
            LogNodes.awaitMirrored(b);
            final LogEntries tail = a.tail(0);
            assertFalse(tail.awaitNext(Duration.ofMillis(1)), () -> nodeA + ", " + nodeB);
            termA.set(1);
            LogNodes.continueInTerm(a, 1);
            append(a, 100);
            assertTrue(tail.awaitNext(LIMIT));
            assertEquals(2, tail.sequence());
            termA.set(0);
            assertFalse(tail.awaitNext(Duration.ofMillis(1)));
        }
    }
}
