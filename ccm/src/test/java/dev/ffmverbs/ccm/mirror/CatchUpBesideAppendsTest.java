// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.AllocatedBytes;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A partner comes back empty and gets a long log while appending continues at half the rate that is possible. Prints
 * how long appends take then, each from the moment it is due, and before, when the log is mirrored. Property {@code
 * ccm.mirror.backlog} is the length of the log in MiB.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CatchUpBesideAppendsTest {

    private static final int BACKLOG_MIB = Integer.getInteger("ccm.mirror.backlog", 32);
    private static final int CAPACITY = (BACKLOG_MIB + BACKLOG_MIB / 4 + 32) << 20;
    private static final int PAYLOAD = 64;
    private static final int LONGEST_PAYLOAD = 1024;
    private static final int BATCH = 256;
    private static final int APPENDS = 20_000;
    private static final int WARM_UPS = 4;
    private static final int MOST_APPENDS = 1_000_000;
    private static final long MOST_BYTES = 8 << 20;
    private static final int LOOK_EVERY = 100;
    private static final long SETTLE_MS = 100;

    private final MemorySegment payload = Arena.ofAuto().allocate((long) BATCH * LONGEST_PAYLOAD);
    private final long[] timesNs = new long[MOST_APPENDS];
    private MirroredLog log;
    private long intervalNs;
    private long quietNs;
    private long mostBytes;

    private static MirroredLog open() {
        return new MirroredLog("log", CAPACITY, LONGEST_PAYLOAD);
    }

    /** Appends as fast as possible until all is acknowledged, and returns how long one append takes. */
    private long appendQuickly() {
        final long startNs = System.nanoTime();
        long last = 0;
        for (int i = 0; i < APPENDS; i++) {
            last = log.append(payload, 0, PAYLOAD);
        }
        assertTrue(log.awaitAcknowledged(last, LogNodes.LIMIT));
        return (System.nanoTime() - startNs) / APPENDS;
    }

    /** Appends entries when they are due, and returns the 99th percentile of the times from then until the return. */
    private long appendAtRate(final BooleanSupplier more) throws ReflectiveOperationException {
        final long startNs = System.nanoTime();
        int count = 0;
        while (count < MOST_APPENDS && more.getAsBoolean()) {
            final long dueNs = startNs + count * intervalNs;
            while (System.nanoTime() - dueNs < 0) {
                log.poll();
            }
            log.append(payload, 0, PAYLOAD);
            timesNs[count++] = System.nanoTime() - dueNs;
            if (count % LOOK_EVERY == 0) {
                mostBytes = Math.max(mostBytes, AllocatedBytes.outsideOfTheHeap());
            }
        }
        Arrays.sort(timesNs, 0, count);
        return timesNs[(int) (count * 0.99)];
    }

    private void appendBacklog() {
        final int[] lengths = new int[BATCH];
        Arrays.fill(lengths, LONGEST_PAYLOAD);
        for (long bytes = 0; bytes < (long) BACKLOG_MIB << 20; bytes += (long) BATCH * LONGEST_PAYLOAD) {
            log.appendAll(payload, 0, lengths);
        }
    }

    /** Measures appends to a log that is mirrored. Afterwards the log is alone and empty. */
    private void measureQuiet(final LogNodes nodes) throws Exception {
        try (ClusterConnectionManager nodeB = nodes.b(open())) {
            LogNodes.awaitMirrored(log);
            for (int i = 0; i < WARM_UPS; i++) {
                appendQuickly();
            }
            intervalNs = 2 * appendQuickly();
            final int[] left = {APPENDS};
            quietNs = appendAtRate(() -> --left[0] >= 0);
            assertTrue(log.awaitAcknowledged(log.lastSequence(), LogNodes.LIMIT), nodeB.toString());
        }
        log.trim(log.lastSequence());
        LogNodes.awaitState(log, MirrorState.ALONE);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aLongLogIsSentBesideAppendsInLittleMemory(final NodePair pair) throws Exception {
        final LogNodes nodes = new LogNodes(pair);
        log = open();
        try (ClusterConnectionManager nodeA = nodes.a(log)) {
            measureQuiet(nodes);
            appendBacklog();
            final MirroredLog empty = open();
            final long before = settledBytes();
            mostBytes = 0;
            try (ClusterConnectionManager nodeB = nodes.b(empty)) {
                LogNodes.awaitState(log, MirrorState.CATCHING_UP);
                final long startNs = System.nanoTime();
                final long first = log.lastSequence();
                final long p99Ns = appendAtRate(() -> log.state() == MirrorState.CATCHING_UP);
                final double seconds = (System.nanoTime() - startNs) / 1e9;
                final long appends = log.lastSequence() - first;
                LogNodes.awaitMirrored(log);
                System.out.printf(Locale.ROOT, "%d MiB to %s beside %d appends, one each %.1f us: caught up after %.2f"
                    + " s; 99 %% of the appends took at most %.1f us, and %.1f us when nothing else was sent; direct"
                    + " memory beyond the logs at most %.2f MiB%n", BACKLOG_MIB, pair, appends,
                    intervalNs / 1e3, seconds, p99Ns / 1e3, quietNs / 1e3,
                    (mostBytes - before - CAPACITY) / (double) (1 << 20));
                assertTrue(appends > 0, "nothing was appended while the partner caught up");
                assertTrue(mostBytes - before - CAPACITY < MOST_BYTES, mostBytes + " bytes, " + before + " before");
                assertEquals(log.lastSequence(), lastOf(empty), nodeA + " and " + nodeB);
            }
        }
    }

    /** Returns what is allocated outside of the heap when the memory of closed logs is freed. */
    private static long settledBytes() throws ReflectiveOperationException, InterruptedException {
        long bytes = AllocatedBytes.outsideOfTheHeap();
        long former;
        do {
            former = bytes;
            System.gc();
            Thread.sleep(SETTLE_MS);
            bytes = AllocatedBytes.outsideOfTheHeap();
        } while (bytes < former);
        return bytes;
    }

    private long lastOf(final MirroredLog partner) {
        assertTrue(log.awaitAcknowledged(log.lastSequence(), LogNodes.LIMIT));
        final LogEntries copy = partner.partnersEntries().orElseThrow();
        long last = 0;
        while (copy.next()) {
            last = copy.sequence();
        }
        return last;
    }
}
