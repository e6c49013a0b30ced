// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointPair;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import dev.ffmverbs.benchmarks.sampling.Sampler;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the heartbeat: publishing one, reading one, its age when it has been read, and how long the silence of a
 * partner goes unnoticed.
 */
final class HeartbeatWorkload implements ClusterWorkload {

    private static final int PUBLICATIONS_PER_SAMPLE = 1000;
    private static final long BUDGETS = 20;
    private static final int AGES_AT_LEAST = 100;

    private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Not a multiple of the beat, so that READs occur at every moment between two beats. */
    private static final long READ_INTERVAL_NS = 1_618_034;

    private final TwoNodes.Places places;
    private final long budgetMs;
    private volatile boolean agesTaken;

    HeartbeatWorkload(final TwoNodes.Places places, final long budgetMs) {
        this.places = places;
        this.budgetMs = budgetMs;
    }

    @Override
    public List<Samples> measure() throws InterruptedException {
        final List<Samples> samples = new ArrayList<>();
        final Sampler sampler = new Sampler(budgetMs);
        try (EndpointPair ends = new EndpointPair(
            places.deviceNames().getFirst(), places.deviceNames().getLast(), BootStatusVariable.LENGTH_BYTES)) {
            final Endpoint owner = ends.far();
            final BootStatusVariable block = new BootStatusVariable(owner.buffer().segment(), BootId.random(), 1);
            samples.add(sampler.take(new MeasuredOperation("publish", PUBLICATIONS_PER_SAMPLE, 0,
                publications -> publish(block, publications))));
            final StatusReader reader = new StatusReader(ends.near(), owner.address());
            samples.add(sampler.take(new MeasuredOperation("read-status", 1, 1, reader::read)));
            samples.add(takeAges(block, reader));
        }
        if (places.canBeCut()) {
            samples.addAll(new SilenceWorkload(places, budgetMs).measure());
        }
        return samples;
    }

    private static long publish(final BootStatusVariable block, final int publications) {
        for (int i = 0; i < publications; i++) {
            block.publish(BootPhase.ACTIVE, i);
        }
        return 0;
    }

    /** A beat carries the time at which it was published, so its age is known when it has been read. */
    private Samples takeAges(final BootStatusVariable block, final StatusReader reader) throws InterruptedException {
        block.publish(BootPhase.ACTIVE, System.nanoTime());
        final Thread publisher = Thread.ofPlatform().name("publisher").start(() -> beat(block));
        try {
            final long wanted = Math.max(AGES_AT_LEAST,
                BUDGETS * TimeUnit.MILLISECONDS.toNanos(budgetMs) / READ_INTERVAL_NS);
            final long[] agesNs = new long[(int) wanted];
            int taken = 0;
            long dueNs = System.nanoTime();
            while (taken < agesNs.length && reader.read(1) == 1) {
                agesNs[taken++] = System.nanoTime() - reader.heartbeat();
                dueNs += READ_INTERVAL_NS;
                parkUntil(dueNs);
            }
            return new Samples("age-of-1-ms-beat", 1, List.of(), wanted, taken, 0,
                Arrays.copyOf(agesNs, taken));
        } finally {
            agesTaken = true;
            publisher.join();
        }
    }

    private void beat(final BootStatusVariable block) {
        long dueNs = System.nanoTime();
        while (!agesTaken) {
            block.publish(BootPhase.ACTIVE, System.nanoTime());
            dueNs = Math.max(dueNs + BEAT_NS, System.nanoTime());
            parkUntil(dueNs);
        }
    }

    private static void parkUntil(final long dueNs) {
        for (long waitNs = dueNs - System.nanoTime(); waitNs > 0; waitNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(waitNs);
        }
    }
}
