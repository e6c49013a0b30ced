// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Appends to a mirrored log, each entry when the one before is acknowledged, and says how long that took. */
final class MirrorLoad {

    private static final int CAPACITY_BYTES = 1 << 22;
    private static final int ENTRY_BYTES = 64;
    private static final int DIGITS = 3;
    private static final double MEDIAN = 50;
    private static final double P99 = 99;
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
        final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), DIGITS);
        for (int i = 0; i < entries; i++) {
            final long startNs = System.nanoTime();
            if (!log.awaitAcknowledged(log.append(payload, 0, ENTRY_BYTES), LIMIT)) {
                break;
            }
            latency.recordValue(System.nanoTime() - startNs);
        }
        if (entries > 0) {
            report(latency);
        }
    }

    private void report(final Histogram latency) {
        final Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("entries", latency.getTotalCount());
        facts.put("p50Us", Microseconds.of(latency.getValueAtPercentile(MEDIAN)));
        facts.put("p99Us", Microseconds.of(latency.getValueAtPercentile(P99)));
        output.say(Kind.MIRRORED, String.format(Locale.ROOT,
            "%d entries of %d bytes mirrored, acknowledged in p50 %s  p99 %s",
            latency.getTotalCount(), ENTRY_BYTES, Microseconds.text(latency.getValueAtPercentile(MEDIAN)),
            Microseconds.text(latency.getValueAtPercentile(P99))), "", facts);
    }
}
