// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures how two nodes find each other: the four steps of the handshake, the whole handshake, and the time from the
 * start of both nodes to their session.
 *
 * <p>The first formation of the process is reported separately, because that is what a newly started node takes. The
 * cost of the handshake beyond its four operations is measured on one connection.
 */
final class FormationWorkload implements ClusterWorkload {

    private static final int LEAST_FORMATIONS = 10;
    private static final int MOST_CONNECTIONS = 3;

    /** Forming a session takes as long as many transfers. */
    private static final long BUDGETS = 20;

    private final TwoNodes.Places places;
    private final long budgetMs;
    private final Map<String, List<Long>> timesNs = new LinkedHashMap<>();
    private int expected;
    private int formed;

    FormationWorkload(final TwoNodes.Places places, final long budgetMs) {
        this.places = places;
        this.budgetMs = budgetMs;
    }

    @Override
    public List<Samples> measure() throws InterruptedException {
        form("cold-");
        final long budgetNs = BUDGETS * TimeUnit.MILLISECONDS.toNanos(budgetMs);
        final long startNs = System.nanoTime();
        for (int i = 0; i < LEAST_FORMATIONS || System.nanoTime() - startNs < budgetNs; i++) {
            form("");
            if (formed != expected) {
                break;
            }
        }
        final List<Samples> samples = new ArrayList<>();
        final int lost = expected - formed;
        timesNs.forEach((operation, times) -> samples.add(new Samples(operation, 1, List.of(),
            times.size() + lost, times.size(), 0, times.stream().mapToLong(Long::longValue).toArray())));
        samples.addAll(measureConnection());
        return samples;
    }

    /**
     * Measures on one connection. Another one is made if it is lost during the warm-up. A thread then waits for the
     * compilation of what it executes, on a busy machine for longer than a connection waits for an answer.
     */
    private List<Samples> measureConnection() {
        int left = MOST_CONNECTIONS;
        while (true) {
            try (HandshakeConnection connection = new HandshakeConnection(places)) {
                left--;
                if (connection.warmUp(budgetMs) || left == 0) {
                    return connection.measure(budgetMs);
                }
            }
        }
    }

    private void form(final String prefix) throws InterruptedException {
        expected++;
        final long startNs = System.nanoTime();
        try (TwoNodes nodes = new TwoNodes(places, new TwoNodes.Arrivals(), (name, builder) -> { })) {
            if (!nodes.awaitSessions()) {
                return;
            }
            record(prefix + "session", System.nanoTime() - startNs);
            final HandshakeTimes times = nodes.a().partners().getFirst().handshake().orElseThrow();
            record(prefix + "handshake", times.totalNs());
            for (final HandshakeStep step : HandshakeStep.values()) {
                record(prefix + "handshake-" + step.name().toLowerCase(Locale.ROOT), times.ofStep(step));
            }
            formed++;
        }
    }

    private void record(final String operation, final long ns) {
        timesNs.computeIfAbsent(operation, key -> new ArrayList<>()).add(ns);
    }
}
