// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Appends entries to a mirrored log, each after the previous one is acknowledged, and prints how long that took. */
final class MirrorLoad {

    private static final int CAPACITY_BYTES = 1 << 22;
    private static final int ENTRY_BYTES = 64;
    private static final int ENTRIES_PER_TRIM = 10_000;
    private static final double MEDIAN = 0.50;
    private static final double P99 = 0.99;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MirroredLog log = new MirroredLog("demo-log", CAPACITY_BYTES, ENTRY_BYTES);
    private final int entries;
    private final NodeLog output;

    MirrorLoad(final int entries, final NodeLog output) {
        this.entries = entries;
        this.output = output;
    }

    MirroredLog log() {
        return log;
    }

    /** Returns the present state of the log, as {@code ccm status} and the live view show it. */
    Map<String, Object> fields() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", log.requirements().name());
        fields.put("state", log.state().name());
        fields.put("acknowledged", log.poll());
        fields.put("last", log.lastSequence());
        return fields;
    }

    void start() {
        Thread.ofPlatform().daemon().name("ccm-mirror").start(this::run);
    }

    private void run() {
        try {
            boolean ready = false;
            while (!ready) {
                ready = log.awaitReady(LIMIT);
            }
        } catch (final InterruptedException e) {
            return;
        }
        final MemorySegment payload = Arena.ofAuto().allocate(ENTRY_BYTES);
        final long[] latenciesNs = new long[entries];
        int acknowledged = 0;
        while (acknowledged < entries) {
            final long startNs = System.nanoTime();
            final long sequence = log.append(payload, 0, ENTRY_BYTES);
            if (!log.awaitAcknowledged(sequence, LIMIT)) {
                break;
            }
            latenciesNs[acknowledged++] = System.nanoTime() - startNs;
            if (acknowledged % ENTRIES_PER_TRIM == 0) {
                log.trim(sequence);
            }
        }
        if (entries > 0) {
            report(Arrays.copyOf(latenciesNs, acknowledged));
        }
    }

    private void report(final long[] latenciesNs) {
        Arrays.sort(latenciesNs);
        final long medianNs = percentile(latenciesNs, MEDIAN);
        final long p99Ns = percentile(latenciesNs, P99);
        final Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("entries", latenciesNs.length);
        facts.put("p50Us", Microseconds.of(medianNs));
        facts.put("p99Us", Microseconds.of(p99Ns));
        output.print(Kind.MIRRORED, String.format(Locale.ROOT,
            "%d entries of %d bytes mirrored, acknowledged in p50 %s  p99 %s",
            latenciesNs.length, ENTRY_BYTES, Microseconds.text(medianNs), Microseconds.text(p99Ns)), "", facts);
    }

    /** Returns the latency that a share of the sorted latencies do not exceed; 0 if there are none. */
    private static long percentile(final long[] sortedNs, final double share) {
        return sortedNs.length == 0 ? 0 : sortedNs[Math.max(1, (int) Math.ceil(share * sortedNs.length)) - 1];
    }
}
