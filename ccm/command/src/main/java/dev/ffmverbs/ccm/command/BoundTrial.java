// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened to a pair with certain times while nothing was done to it.
 *
 * @param times      the times.
 * @param incidents  false deaths and lost ownerships, in words; empty if the times have held.
 * @param late       heartbeats that the nodes themselves left out, because they did not run in time.
 * @param unanswered heartbeats that a partner left unanswered.
 * @param latenessNs by how much a thread that only sleeps woke up too late, at most.
 */
record BoundTrial(PairTimes times, List<String> incidents, long late, long unanswered, long latenessNs) {

    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final long WARM_UP_MS = 2_000;

    /**
     * Runs a pair. It has to come together first and to warm up, which does not count.
     *
     * @throws CommandFailedException if it does not come together.
     */
    static BoundTrial run(
        final DemoPlacement placement, final PairTimes times, final Duration duration, final SleepMeter meter)
        throws InterruptedException {
        try (MeasuredPair pair = new MeasuredPair(placement, times, START_LIMIT)) {
            pair.startAll();
            Thread.sleep(WARM_UP_MS);
            pair.awaitOwner();
            final int fromA = pair.position("A");
            final int fromB = pair.position("B");
            meter.restart();
            Thread.sleep(duration);
            return judge(List.of(pair.lines("A", fromA), pair.lines("B", fromB)), times, meter.lateness().maxNs());
        }
    }

    /** Judges what each of the nodes has said while nothing was done to them. */
    static BoundTrial judge(
        final List<List<NodeLine>> saidByNodes, final PairTimes times, final long latenessNs) {
        final List<String> incidents = new ArrayList<>();
        long late = 0;
        long unanswered = 0;
        for (final List<NodeLine> said : saidByNodes) {
            said.stream().filter(line -> MeasuredPair.isEnd(line) || line.kind() == Kind.OWNERSHIP_LOST)
                .forEach(line -> incidents.add(line.node() + ": " + line.text()));
            final List<NodeLine> beats = said.stream().filter(line -> line.kind() == Kind.HEARTBEATS).toList();
            if (!beats.isEmpty()) {
                late += growth(beats, "late");
                unanswered += growth(beats, "unanswered");
            }
        }
        return new BoundTrial(times, incidents, late, unanswered, latenessNs);
    }

    private static long growth(final List<NodeLine> beats, final String fact) {
        return number(beats.getLast(), fact) - number(beats.getFirst(), fact);
    }

    private static long number(final NodeLine line, final String fact) {
        return ((Number) line.facts().get(fact)).longValue();
    }

    boolean hasHeld() {
        return incidents.isEmpty();
    }

    /** Whether this machine kept the nodes from running for a considerable part of the time until a partner is dead. */
    boolean isMachineBusy() {
        return latenessNs > times.dead().toNanos() / 2 || late >= LivenessThresholds.INTERVALS_BEFORE_SUSPECT;
    }

    /** Returns the figures, for JSON. */
    Map<String, Object> fields() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("options", times.options());
        fields.put("held", hasHeld());
        fields.put("incidents", incidents);
        fields.put("late", late);
        fields.put("unanswered", unanswered);
        fields.put("sleptTooLongMs", Milliseconds.of(latenessNs));
        return fields;
    }
}
