// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.AllocatedBytes;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class MirroredLogTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CAPACITY = 1 << 20;
    private static final int PAYLOAD = 100;
    private static final long MOST_CATCHING_UP_BYTES = 8 << 20;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);
    private InetSocketAddress addressA;
    private InetSocketAddress addressB;

    private static MirroredLog log() {
        return new MirroredLog("log", CAPACITY, PAYLOAD);
    }

    private void place(final NodePair nodes) {
        nodes.require();
        addressA = nodes.endpointA();
        addressB = nodes.endpointB();
    }

    private ClusterConnectionManager a(final NodePair nodes, final MirroredLog log) {
        return ClusterConnectionManager.builder(nodes.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).client(log).start();
    }

    private ClusterConnectionManager b(final NodePair nodes, final MirroredLog log) {
        return ClusterConnectionManager.builder(nodes.deviceB(), "B", addressB)
            .partner(new PartnerAddress("A", addressA)).client(log).start();
    }

    private static void meet(final MirroredLog log, final ClusterConnectionManager... nodes) throws Exception {
        assertTrue(log.awaitReady(LIMIT), () -> log + " has not met its partner on " + List.of(nodes));
    }

    private long append(final MirroredLog log, final long number) {
        payload.set(ValueLayout.JAVA_LONG, 0, number);
        return log.append(payload, 0, (int) (Long.BYTES + number % (PAYLOAD - Long.BYTES)));
    }

    private static void assertHolds(final LogEntries entries, final long last) {
        for (long number = 1; number <= last; number++) {
            assertTrue(entries.next(), "entry " + number + " of " + last);
            assertEquals(number, entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            assertEquals(Long.BYTES + number % (PAYLOAD - Long.BYTES), entries.payload().byteSize());
        }
        assertFalse(entries.next(), "an entry after " + last);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void acknowledgedEntriesAreInThePartnersMemoryAndARestartedNodeContinuesAfterThem(final NodePair nodes)
        throws Exception {
        place(nodes);
        final MirroredLog logOfB = log();
        try (ClusterConnectionManager nodeB = b(nodes, logOfB)) {
            final MirroredLog first = log();
            try (ClusterConnectionManager nodeA = a(nodes, first)) {
                meet(first, nodeA, nodeB);
                for (long number = 1; number <= 1000; number++) {
                    assertEquals(number, append(first, number));
                }
                assertTrue(first.awaitAcknowledged(1000, LIMIT), "acknowledged are " + first.poll());
                meet(logOfB, nodeA, nodeB);
                assertHolds(logOfB.partnersEntries().orElseThrow(), 1000);
                assertHolds(first.entries(), 1000);
            }
            final MirroredLog second = log();
            try (ClusterConnectionManager nodeA = a(nodes, second)) {
                meet(second, nodeA, nodeB);
                assertEquals(1000, second.lastSequence());
                assertEquals(1000, second.poll());
                assertHolds(second.entries(), 1000);
                assertEquals(1001, append(second, 1001));
                assertTrue(second.awaitAcknowledged(1001, LIMIT));
                assertHolds(logOfB.partnersEntries().orElseThrow(), 1001);
                assertEquals(0, logOfB.lastSequence(), "what the partner appends itself is another log");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aPartnerThatComesBackWithNothingGetsEverything(final NodePair nodes) throws Exception {
        place(nodes);
        final MirroredLog log = log();
        try (ClusterConnectionManager nodeA = a(nodes, log)) {
            try (ClusterConnectionManager nodeB = b(nodes, log())) {
                meet(log, nodeA, nodeB);
                for (long number = 1; number <= 300; number++) {
                    append(log, number);
                }
                assertTrue(log.awaitAcknowledged(300, LIMIT));
            }
            assertTrue(awaitState(log, MirrorState.ALONE));
            for (long number = 301; number <= 400; number++) {
                append(log, number);
            }
            assertEquals(0, log.poll(), "nobody holds a copy");
            assertFalse(log.awaitAcknowledged(300, Duration.ofMillis(1)), "this node alone holds entry 300");
            final MirroredLog again = log();
            try (ClusterConnectionManager nodeB = b(nodes, again)) {
                assertTrue(log.awaitAcknowledged(400, LIMIT), () -> "acknowledged are " + log.poll() + " by " + nodeB);
                meet(again, nodeA, nodeB);
                assertHolds(again.partnersEntries().orElseThrow(), 400);
            }
        }
    }

    private static boolean awaitState(final MirroredLog log, final MirrorState state) throws Exception {
        final long startNs = System.nanoTime();
        while (log.state() != state && System.nanoTime() - startNs < LIMIT.toNanos()) {
            Thread.sleep(1);
        }
        return log.state() == state;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void notifiesItsListenerWhenItIsAloneCatchesUpAndIsMirrored(final NodePair nodes) throws Exception {
        place(nodes);
        final MirroredLog log = log();
        final BlockingQueue<MirrorState> told = new LinkedBlockingQueue<>();
        log.listenToState(state -> {
            told.add(state);
            throw new AssertionError("a listener that fails; the log continues");
        });
        assertEquals(MirrorState.ALONE, log.state());
        try (ClusterConnectionManager nodeA = a(nodes, log)) {
            for (int restart = 0; restart < 2; restart++) {
                try (ClusterConnectionManager nodeB = b(nodes, log())) {
                    assertEquals(MirrorState.CATCHING_UP, told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
                    assertEquals(MirrorState.MIRRORED, told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS),
                        () -> "with " + nodeA + " and " + nodeB);
                }
                assertEquals(MirrorState.ALONE, told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    private void appendMany(final MirroredLog log, final long first, final long last) {
        for (long number = first; number <= last; number++) {
            append(log, number);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void appendingContinuesWhileThePartnerCatchesUpInMemoryThatDoesNotDependOnTheLog(final NodePair nodes)
        throws Exception {
        place(nodes);
        final int capacity = 64 << 20;
        final long backlog = 200_000;
        final MirroredLog log = new MirroredLog("log", capacity, PAYLOAD);
        try (ClusterConnectionManager nodeA = a(nodes, log)) {
            try (ClusterConnectionManager nodeB = b(nodes, new MirroredLog("log", capacity, PAYLOAD))) {
                meet(log, nodeA, nodeB);
            }
            assertTrue(awaitState(log, MirrorState.ALONE));
            appendMany(log, 1, backlog);
            System.gc();
            final long usedBytes = AllocatedBytes.outsideOfTheHeap();
            final MirroredLog again = new MirroredLog("log", capacity, PAYLOAD);
            try (ClusterConnectionManager nodeB = b(nodes, again)) {
                long number = backlog;
                long whileCatchingUp = 0;
                long mostBytes = 0;
                while (log.state() != MirrorState.MIRRORED && number < 2 * backlog) {
                    number++;
                    assertEquals(number, append(log, number));
                    whileCatchingUp += log.state() == MirrorState.CATCHING_UP ? 1 : 0;
                    mostBytes = Math.max(mostBytes, AllocatedBytes.outsideOfTheHeap());
                }
                assertTrue(whileCatchingUp > 0, "no append returned before the partner had everything");
                assertTrue(log.awaitAcknowledged(number, LIMIT), () -> "acknowledged are " + log.poll());
                assertTrue(awaitState(log, MirrorState.MIRRORED));
                meet(again, nodeA, nodeB);
                assertHolds(again.partnersEntries().orElseThrow(), number);
                final long partnersBytes = 2L * capacity;
                assertTrue(mostBytes - usedBytes - partnersBytes < MOST_CATCHING_UP_BYTES,
                    (mostBytes - usedBytes - partnersBytes) + " bytes to catch up");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void entriesThatBothNodesHaveLostAreReportedAndTheirNumbersAreNotReused(final NodePair nodes) throws Exception {
        place(nodes);
        final int capacity = 64 << 20;
        final long backlog = 200_000;
        final MirroredLog again = new MirroredLog("log", capacity, PAYLOAD);
        final MirroredLog lost = new MirroredLog("log", capacity, PAYLOAD);
        final ClusterConnectionManager nodeA = a(nodes, lost);
        try (ClusterConnectionManager nodeB = b(nodes, new MirroredLog("log", capacity, PAYLOAD))) {
            meet(lost, nodeA, nodeB);
            appendMany(lost, 1, backlog);
            assertTrue(lost.awaitAcknowledged(backlog, LIMIT));
        }
        try (ClusterConnectionManager nodeB = b(nodes, again)) {
            assertTrue(awaitState(lost, MirrorState.CATCHING_UP));
            nodeA.close();
            assertFalse(lost.awaitAcknowledged(backlog, Duration.ZERO), "the partner did not get all in time");
            final MirroredLog recovered = new MirroredLog("log", capacity, PAYLOAD);
            try (ClusterConnectionManager second = a(nodes, recovered)) {
                meet(recovered, second, nodeB);
                assertEquals(backlog, recovered.lastSequence());
                assertEquals(backlog + 1, append(recovered, backlog + 1));
                assertTrue(recovered.awaitAcknowledged(backlog + 1, LIMIT));
                assertLostBefore(recovered.entries(), backlog + 1);
                assertLostBefore(again.partnersEntries().orElseThrow(), backlog + 1);
            }
        }
    }

    private static void assertLostBefore(final LogEntries entries, final long last) {
        long before = 0;
        while (entries.next() && entries.sequence() < last) {
            before = entries.sequence();
        }
        assertEquals(last, entries.sequence());
        assertTrue(before < last - 1, "nothing was lost; the copy had all " + before);
        assertEquals(last - 1 - before, entries.lostBefore());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void waitsForAcknowledgementForAnyDuration(final NodePair nodes) throws Exception {
        place(nodes);
        final MirroredLog log = log();
        assertFalse(log.awaitAcknowledged(1, Duration.ofSeconds(Long.MIN_VALUE)));
        assertFalse(log.awaitReady(Duration.ofNanos(1)));
        try (ClusterConnectionManager nodeA = a(nodes, log); ClusterConnectionManager nodeB = b(nodes, log())) {
            assertTrue(log.awaitReady(ChronoUnit.FOREVER.getDuration()), () -> nodeA + " and " + nodeB);
            assertTrue(log.awaitAcknowledged(append(log, 1), ChronoUnit.FOREVER.getDuration()));
        }
    }

    /** Gives a log its ports. On the first of them no packet passes until they have failed. */
    private record CutOff(MirroredLog log, String deviceName, AtomicBoolean wasCut) implements ClusterClient {

        @Override
        public ClientRequirements requirements() {
            return log.requirements();
        }

        @Override
        public void partnerReady(final ClientSession session) {
            SoftRoceDevices.injectFaults(deviceName, FaultSettings.NONE.withPartition(FaultSettings.Partition.BOTH));
            try {
                log.partnerReady(session);
                wasCut.set(true);
            } finally {
                SoftRoceDevices.injectFaults(deviceName, FaultSettings.NONE);
            }
        }

        @Override
        public void pathChanged(final ClientSession session) {
            log.pathChanged(session);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aPortThatFailsBeforeTheLogHasMetItsPartnerIsReplaced(final NodePair nodes) throws Exception {
        place(nodes);
        Assumptions.assumeTrue("softroce".equals(nodes.deviceA().provider()), "only software devices can be cut off");
        final MirroredLog log = log();
        final CutOff client = new CutOff(log, nodes.deviceA().name(), new AtomicBoolean());
        try (ClusterConnectionManager nodeB = b(nodes, log());
             ClusterConnectionManager nodeA = ClusterConnectionManager.builder(nodes.deviceA(), "A", addressA)
                 .partner(new PartnerAddress("B", addressB)).client(client)
                 .liveness(LivenessThresholds.defaults().withDeadAfter(LIMIT, LIMIT)).start()) {
            meet(log, nodeA, nodeB);
            assertTrue(client.wasCut().get(), "the first port was unusable");
            append(log, 1);
            assertTrue(log.awaitAcknowledged(1, LIMIT), () -> "acknowledged are " + log.poll());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void appendingAllocatesNothing(final NodePair nodes) throws Exception {
        place(nodes);
        AllocatedBytes.requireOptimizingCompiler();
        final MirroredLog log = new MirroredLog("log", 32 << 20, PAYLOAD);
        try (ClusterConnectionManager nodeB = b(nodes, new MirroredLog("log", 32 << 20, PAYLOAD));
             ClusterConnectionManager nodeA = a(nodes, log)) {
            meet(log, nodeA, nodeB);
            final String thread = Thread.currentThread().getName();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least > 0; round++) {
                final long before = AllocatedBytes.of(thread);
                final long counting = AllocatedBytes.of(thread) - before;
                final long bytes = AllocatedBytes.of(thread);
                for (int i = 0; i < 1000; i++) {
                    append(log, i);
                }
                least = Math.min(least, AllocatedBytes.of(thread) - bytes - counting);
            }
            assertTrue(least <= 0, least + " bytes in 1000 appends, at least");
        }
    }

    @Test
    void saysWhyItDoesNotAppend() {
        final MirroredLog log = log();
        assertTrue(assertThrows(IllegalStateException.class, () -> log.append(payload, 0, 1)).getMessage()
            .contains("has not met its partner yet"));
        assertThrows(IllegalArgumentException.class, () -> log.append(payload, 0, PAYLOAD + 1));
        assertThrows(IllegalArgumentException.class, () -> log.append(payload, 0, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> log.append(payload, 1, PAYLOAD));
        assertThrows(IndexOutOfBoundsException.class, () -> log.append(payload, -1, 1));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aFullLogSaysSoAndKeepsWhatItHas(final NodePair nodes) throws Exception {
        place(nodes);
        final MirroredLog log = new MirroredLog("log", 3 * 32, Long.BYTES);
        final MirroredLog copy = new MirroredLog("log", 3 * 32, Long.BYTES);
        try (ClusterConnectionManager nodeA = a(nodes, log); ClusterConnectionManager nodeB = b(nodes, copy)) {
            meet(log, nodeA, nodeB);
            for (int i = 0; i < 3; i++) {
                log.append(payload, 0, Long.BYTES);
            }
            assertTrue(assertThrows(IllegalStateException.class, () -> log.append(payload, 0, 0)).getMessage()
                .startsWith("log log is full: it holds entries 1 to 3 in 96 bytes, and 1 more with their headers do not"
                    + " fit; call trim()"));
            assertTrue(log.awaitAcknowledged(3, LIMIT));
            meet(copy, nodeA, nodeB);
            final LogEntries held = copy.partnersEntries().orElseThrow();
            assertTrue(held.next() && held.next() && held.next());
        }
    }

    @ParameterizedTest
    @CsvSource({"1048576, 0", "1048576, 1048577", "63, 8", "-1, 8"})
    void refusesInvalidLengths(final int capacityBytes, final int maximumPayloadBytes) {
        assertThrows(IllegalArgumentException.class,
            () -> new MirroredLog("log", capacityBytes, maximumPayloadBytes));
    }
}
