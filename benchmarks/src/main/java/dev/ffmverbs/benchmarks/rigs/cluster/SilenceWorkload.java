// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long it takes after a cut of the link until the partner is suspect, and until it is declared dead.
 *
 * <p>The thresholds are part of these times. The rest is the cost of detection. Between two cuts the link is restored,
 * and the nodes find each other again. A cut whose silence is first judged after the second threshold makes the partner
 * dead without making it suspect. It says nothing of the first threshold and is repeated, five times a run at most.
 */
final class SilenceWorkload implements ClusterWorkload {

    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final Duration SUSPECT_AFTER = Duration.ofMillis(100);
    private static final Duration DEAD_AFTER = Duration.ofMillis(500);

    private static final long BUDGETS = 20;
    private static final int LEAST_CUTS = 5;
    private static final int MOST_REPEATED_CUTS = 5;
    private static final long LIMIT_S = 20;

    private final TwoNodes.Places places;
    private final long budgetNs;
    private final List<Long> suspectNs = new ArrayList<>();
    private final List<Long> deadNs = new ArrayList<>();
    private int repeatedCuts;

    SilenceWorkload(final TwoNodes.Places places, final long budgetMs) {
        this.places = places;
        this.budgetNs = BUDGETS * TimeUnit.MILLISECONDS.toNanos(budgetMs);
    }

    /** The times of A's verdicts on B. */
    private static final class Verdicts extends TwoNodes.Arrivals {
        private final BlockingQueue<Long> suspicions = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> deaths = new LinkedBlockingQueue<>();

        @Override
        public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
            if (liveness == Liveness.SUSPECT) {
                suspicions.add(System.nanoTime());
            }
        }

        @Override
        public void partnerDown(final Session ended, final Silence silence) {
            deaths.add(System.nanoTime());
        }
    }

    @Override
    public List<Samples> measure() throws InterruptedException {
        final Verdicts verdicts = new Verdicts();
        int cuts = 0;
        try (TwoNodes nodes = new TwoNodes(places, verdicts, (name, builder) -> builder.liveness(
            LivenessThresholds.defaults().withInterval(INTERVAL).withSuspectAfter(SUSPECT_AFTER)
                .withDeadAfter(DEAD_AFTER, DEAD_AFTER)))) {
            final long startNs = System.nanoTime();
            while (cuts < LEAST_CUTS || System.nanoTime() - startNs < budgetNs) {
                cuts++;
                if (!nodes.awaitSessions() || !cut(verdicts)) {
                    break;
                }
            }
            cuts -= repeatedCuts;
        }
        return List.of(samples("silence-to-suspect", cuts, suspectNs), samples("silence-to-down", cuts, deadNs));
    }

    /** Cuts and restores the link, and returns whether the silence was noticed. */
    private boolean cut(final Verdicts verdicts) throws InterruptedException {
        final String device = places.deviceNames().get(1);
        verdicts.suspicions.clear();
        verdicts.deaths.clear();
        final long startNs = System.nanoTime();
        SoftRoceDevices.injectFaults(device, FaultSettings.NONE.withPartition(FaultSettings.Partition.BOTH));
        try {
            final Long dead = verdicts.deaths.poll(LIMIT_S, TimeUnit.SECONDS);
            final Long suspected = verdicts.suspicions.poll();
            if (dead != null && suspected == null && repeatedCuts < MOST_REPEATED_CUTS) {
                repeatedCuts++;
                return true;
            }
            if (suspected == null || dead == null) {
                return false;
            }
            suspectNs.add(suspected - startNs);
            deadNs.add(dead - startNs);
            return true;
        } finally {
            SoftRoceDevices.injectFaults(device, FaultSettings.NONE);
        }
    }

    private static Samples samples(final String operation, final int expected, final List<Long> timesNs) {
        return new Samples(operation, 1, List.of(), expected, timesNs.size(), 0,
            timesNs.stream().mapToLong(Long::longValue).toArray());
    }
}
