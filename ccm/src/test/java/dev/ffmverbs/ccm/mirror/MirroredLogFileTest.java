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
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logs whose memory is a file and outlives its process. */
@Timeout(120)
class MirroredLogFileTest {

    private static final String PAIRS = "dev.ffmverbs.ccm.NodePair#single";
    private static final Duration LIMIT = LogNodes.LIMIT;
    private static final int CAPACITY = 8 << 20;
    private static final int PAYLOAD = 1000;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);

    @RegisterExtension
    final MemoryFolder folder = new MemoryFolder();

    private MirroredLog open(final String fileName) throws IOException {
        return new MirroredLog("log", CAPACITY, PAYLOAD, folder.resolve(fileName));
    }

    private long append(final MirroredLog log) {
        payload.set(ValueLayout.JAVA_LONG, 0, log.lastSequence() + 1);
        return log.append(payload, 0, PAYLOAD);
    }

    private static void assertHolds(final LogEntries entries, final long last) {
        for (long number = 1; number <= last; number++) {
            assertTrue(entries.next(), "entry " + number + " of " + last);
            assertEquals(number, entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        }
        assertFalse(entries.next(), "an entry after " + last);
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void bothNodesFindTheirFilesAgainAndContinue(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        long last = 0;
        for (int life = 1; life <= 3; life++) {
            try (MirroredLog log = open("a"); MirroredLog copy = open("b")) {
                assertHolds(copy.partnersEntries().orElseThrow(), last);
                assertEquals(last, log.lastSequence());
                try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(copy)) {
                    LogNodes.awaitMirrored(log);
                    for (int i = 0; i < 500; i++) {
                        last = append(log);
                    }
                    assertTrue(log.awaitAcknowledged(last, LIMIT), "of " + nodeA + " and " + nodeB);
                    assertTrue(assertThrows(IllegalStateException.class, log::close).getMessage()
                        .startsWith("log log is in use with B"));
                }
                assertHolds(log.entries(), last);
            }
        }
        assertEquals(1500, last);
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aNodeWithItsFileAppendsBeforeItMeetsItsPartnerAndOnlyTheTailIsSent(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        final long backlog = 6_000;
        try (MirroredLog copy = open("b"); ClusterConnectionManager nodeB = nodes.b(copy)) {
            try (MirroredLog log = open("a"); ClusterConnectionManager nodeA = nodes.a(log)) {
                LogNodes.awaitMirrored(log);
                while (append(log) < backlog) {
                    assertEquals(MirrorState.MIRRORED, log.state(), nodeA.toString());
                }
                assertTrue(log.awaitAcknowledged(backlog, LIMIT));
            }
            try (MirroredLog log = open("a")) {
                assertTrue(log.awaitReady(Duration.ZERO));
                assertEquals(backlog + 1, append(log));
                try (ClusterConnectionManager nodeA = nodes.a(log)) {
                    assertTrue(log.awaitAcknowledged(backlog + 1, LIMIT), () -> "of " + nodeA + " and " + nodeB);
                    assertHolds(copy.partnersEntries().orElseThrow(), backlog + 1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aNodeThatHasLostItsFileGetsEverythingFromItsPartnersFile(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        try (MirroredLog log = open("a"); MirroredLog copy = open("b")) {
            try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(copy)) {
                LogNodes.awaitMirrored(log);
                for (int i = 0; i < 100; i++) {
                    append(log);
                }
                assertTrue(log.awaitAcknowledged(100, LIMIT), () -> "of " + nodeA + " and " + nodeB);
            }
        }
        Files.delete(folder.resolve("a"));
        try (MirroredLog log = open("a"); MirroredLog copy = open("b")) {
            assertFalse(log.awaitReady(Duration.ZERO), "its copy may have more");
            try (ClusterConnectionManager nodeA = nodes.a(log); ClusterConnectionManager nodeB = nodes.b(copy)) {
                LogNodes.awaitMirrored(log);
                assertHolds(log.entries(), 100);
                assertEquals(101, append(log), () -> "of " + nodeA + " and " + nodeB);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aFileThatAProcessDidNotUseIsNotMixedWithWhatThatProcessAppended(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        try (MirroredLog copy = open("b"); ClusterConnectionManager nodeB = nodes.b(copy)) {
            try (MirroredLog log = open("a"); ClusterConnectionManager nodeA = nodes.a(log)) {
                LogNodes.awaitMirrored(log);
                assertTrue(log.awaitAcknowledged(append(log), LIMIT), () -> "of " + nodeA + " and " + nodeB);
            }
            final MirroredLog without = new MirroredLog("log", CAPACITY, PAYLOAD);
            try (ClusterConnectionManager nodeA = nodes.a(without)) {
                LogNodes.awaitMirrored(without);
                assertTrue(without.awaitAcknowledged(append(without), LIMIT), () -> "of " + nodeA + " and " + nodeB);
            }
            try (MirroredLog log = open("a"); ClusterConnectionManager nodeA = nodes.a(log)) {
                LogNodes.awaitMirrored(copy);
                Thread.sleep(200);
                assertEquals(MirrorState.ALONE, log.state(), nodeA.toString());
                assertHolds(copy.partnersEntries().orElseThrow(), 2);
            }
        }
    }
}
