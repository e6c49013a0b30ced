// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import com.sun.management.ThreadMXBean;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.benchmarks.sampling.WarmUp;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures appending to a log with a copy at the partner, until the entry is acknowledged: one entry after the other,
 * in turns with a WRITE of the same length over the same connection, several entries at once, and entries at a fixed
 * rate, which are timed from the moment they are due.
 *
 * <p>After each measurement the partner's copy is compared with what was appended.
 */
final class MirroredLogWorkload implements ClusterWorkload {

    private static final int CAPACITY_BYTES = 64 << 20;
    private static final int LARGEST_PAYLOAD_BYTES = 1024;
    private static final int SMALL_PAYLOAD_BYTES = 64;

    /** What the log WRITEs for an entry with the small payload. */
    private static final int SMALL_ENTRY_BYTES = 24 + SMALL_PAYLOAD_BYTES;
    private static final int MAXIMUM_ENTRIES = 20_000;
    private static final int BATCH = 16;
    private static final int MAXIMUM_BATCHES = 10_000;
    private static final int ENTRIES_PER_SECOND = 2_000;
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1) / ENTRIES_PER_SECOND;

    private static final int LEAST_WARM_UP_ENTRIES = 20_000;
    private static final int ENTRIES_PER_WINDOW = 500;
    private static final int BATCHES_PER_WINDOW = 50;
    private static final int DUE_ENTRIES_PER_WINDOW = 50;
    private static final long BUDGETS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TwoNodes.Places places;
    private final long budgetNs;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MirroredLog log = new MirroredLog("measured", CAPACITY_BYTES, LARGEST_PAYLOAD_BYTES);
    private final MirroredLog partners = new MirroredLog("measured", CAPACITY_BYTES, LARGEST_PAYLOAD_BYTES);
    private final PortOfLog port = new PortOfLog(log, SMALL_ENTRY_BYTES);
    private final MemorySegment payload =
        Arena.ofAuto().allocate(Math.max(LARGEST_PAYLOAD_BYTES, BATCH * SMALL_PAYLOAD_BYTES), Long.BYTES);
    private final int[] batch = new int[BATCH];

    MirroredLogWorkload(final TwoNodes.Places places, final long budgetMs) {
        this.places = places;
        this.budgetNs = BUDGETS * TimeUnit.MILLISECONDS.toNanos(budgetMs);
    }

    @Override
    public List<Samples> measure() throws InterruptedException {
        try (TwoNodes nodes = new TwoNodes(places, new TwoNodes.Arrivals(),
            (name, builder) -> builder.client(name.equals("A") ? port : partners))) {
            if (!nodes.awaitSessions() || !log.awaitReady(LIMIT) || !partners.awaitReady(LIMIT)) {
                throw new IllegalStateException("the logs of both nodes were not ready within " + LIMIT);
            }
            port.open();
            warmUp();
            return measureWarm();
        }
    }

    private List<Samples> measureWarm() {
        final int dueEntries = Math.clamp(budgetNs / INTERVAL_NS, ENTRIES_PER_SECOND, MAXIMUM_ENTRIES);
        final List<Samples> samples = new ArrayList<>(
            withRepeatedAllocation(() -> appendInTurns(MAXIMUM_ENTRIES, budgetNs)));
        samples.addAll(withRepeatedAllocation(() -> List.of(appendOneByOne(
            "append-" + LARGEST_PAYLOAD_BYTES, LARGEST_PAYLOAD_BYTES, MAXIMUM_ENTRIES, budgetNs))));
        samples.addAll(withRepeatedAllocation(() -> List.of(
            appendBatches("append-" + BATCH + "x" + SMALL_PAYLOAD_BYTES, MAXIMUM_BATCHES, budgetNs))));
        samples.addAll(withRepeatedAllocation(() -> List.of(
            appendAtRate("append-at-" + ENTRIES_PER_SECOND + "-per-s", dueEntries))));
        return samples;
    }

    /** Measures, and once more if something was allocated: only what is allocated again counts. */
    private List<Samples> withRepeatedAllocation(final Supplier<List<Samples>> measurement) {
        final List<Samples> samples = measurement.get();
        compareAndTrim();
        if (samples.stream().allMatch(each -> each.allocatedBytes() == 0)) {
            return samples;
        }
        final List<Samples> again = measurement.get();
        compareAndTrim();
        return IntStream.range(0, samples.size()).mapToObj(i -> samples.get(i).withAllocationOf(again.get(i))).toList();
    }

    /** Does a little of everything in turns until all of it is steady. */
    private void warmUp() {
        final WarmUp warmUp = new WarmUp(budgetNs, LEAST_WARM_UP_ENTRIES, 4);
        do {
            final List<Samples> inTurns = appendInTurns(ENTRIES_PER_WINDOW, Long.MAX_VALUE);
            final Samples large =
                appendOneByOne("warm-up", LARGEST_PAYLOAD_BYTES, DUE_ENTRIES_PER_WINDOW, Long.MAX_VALUE);
            final Samples batches = appendBatches("warm-up", BATCHES_PER_WINDOW, Long.MAX_VALUE);
            appendAtRate("warm-up", DUE_ENTRIES_PER_WINDOW);
            warmUp.add(ENTRIES_PER_WINDOW, inTurns.getFirst().medianNs(), inTurns.getLast().medianNs(),
                large.medianNs(), batches.medianNs());
            compareAndTrim();
        } while (!warmUp.isOver());
    }

    private long append(final int payloadBytes) {
        payload.set(ValueLayout.JAVA_LONG, 0, log.lastSequence() + 1);
        return log.append(payload, 0, payloadBytes);
    }

    /** Appends small entries, each after a WRITE of as many bytes as the log WRITEs for one. */
    private List<Samples> appendInTurns(final int most, final long limitNs) {
        final long[] appendNs = new long[most];
        final long[] writeNs = new long[most];
        final long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        long endNs = startNs;
        int count = 0;
        int acknowledged = 0;
        int written = 0;
        while (count < most && endNs - startNs < limitNs && acknowledged == count && written == count) {
            final long beginNs = System.nanoTime();
            written += port.write() ? 1 : 0;
            final long writtenNs = System.nanoTime();
            acknowledged += log.awaitAcknowledged(append(SMALL_PAYLOAD_BYTES), LIMIT) ? 1 : 0;
            endNs = System.nanoTime();
            writeNs[count] = writtenNs - beginNs;
            appendNs[count++] = endNs - writtenNs;
        }
        final long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
        return List.of(
            new Samples("append-" + SMALL_PAYLOAD_BYTES, 1, List.of(), count, acknowledged, allocatedBytes,
                Arrays.copyOf(appendNs, count)),
            new Samples("write-" + SMALL_ENTRY_BYTES, 1, List.of(), count, written, allocatedBytes,
                Arrays.copyOf(writeNs, count)));
    }

    private Samples appendOneByOne(final String operation, final int payloadBytes, final int most, final long limitNs) {
        final long[] timesNs = new long[most];
        final long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        long endNs = startNs;
        int count = 0;
        int acknowledged = 0;
        while (count < most && endNs - startNs < limitNs && acknowledged == count) {
            final long beginNs = System.nanoTime();
            if (log.awaitAcknowledged(append(payloadBytes), LIMIT)) {
                acknowledged++;
            }
            endNs = System.nanoTime();
            timesNs[count++] = endNs - beginNs;
        }
        return new Samples(operation, 1, List.of(), count, acknowledged,
            threads.getCurrentThreadAllocatedBytes() - allocatedBefore, Arrays.copyOf(timesNs, count));
    }

    /** Appends several entries at once, each time after the former ones are acknowledged. */
    private Samples appendBatches(final String operation, final int most, final long limitNs) {
        Arrays.fill(batch, SMALL_PAYLOAD_BYTES);
        final long[] timesNs = new long[most];
        final long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        long endNs = startNs;
        int count = 0;
        int acknowledged = 0;
        while (count < most && endNs - startNs < limitNs && acknowledged == count) {
            final long beginNs = System.nanoTime();
            if (log.awaitAcknowledged(log.appendAll(payload, 0, batch), LIMIT)) {
                acknowledged++;
            }
            endNs = System.nanoTime();
            timesNs[count++] = endNs - beginNs;
        }
        return new Samples(operation, BATCH, List.of(), (long) BATCH * count, (long) BATCH * acknowledged,
            threads.getCurrentThreadAllocatedBytes() - allocatedBefore, Arrays.copyOf(timesNs, count));
    }

    /** Appends entries when they are due, however long earlier ones take. */
    private Samples appendAtRate(final String operation, final int count) {
        final long[] timesNs = new long[count];
        final long before = log.lastSequence();
        final long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        int appended = 0;
        int acknowledged = 0;
        while (acknowledged < count && System.nanoTime() - startNs < count * INTERVAL_NS + LIMIT.toNanos()) {
            if (appended < count && System.nanoTime() - startNs >= appended * INTERVAL_NS) {
                append(SMALL_PAYLOAD_BYTES);
                appended++;
            }
            final long known = log.poll() - before;
            final long nowNs = System.nanoTime();
            for (; acknowledged < known; acknowledged++) {
                timesNs[acknowledged] = nowNs - startNs - acknowledged * INTERVAL_NS;
            }
        }
        return new Samples(operation, 1, List.of(), count, acknowledged,
            threads.getCurrentThreadAllocatedBytes() - allocatedBefore, Arrays.copyOf(timesNs, acknowledged));
    }

    /** Makes room for the next measurement. All entries are acknowledged by now. */
    private void compareAndTrim() {
        final LogEntries own = log.entries();
        final LogEntries copy = partners.partnersEntries().orElseThrow();
        while (own.next()) {
            if (!copy.next() || own.payload().mismatch(copy.payload()) >= 0) {
                throw new IllegalStateException("the partner's copy of the log differs from entry " + own.sequence()
                    + " on, of " + log.lastSequence() + " entries");
            }
        }
        log.trim(log.lastSequence());
    }
}
