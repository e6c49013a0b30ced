// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random requests in both directions over a link that loses, duplicates, reorders, corrupts and delays packets.
 * A seed determines the faults. In three of four seeds, packets travel in trains, which the link cuts or leaves whole.
 * Receivers overflow, and one in four does not accept trains.
 *
 * <p>{@code -Dsoftroce.simulation.seeds=10000} runs more seeds, {@code -Dsoftroce.simulation.seed=N} a single one.
 */
class LossyLinkSimulationTest {

    private static final int SEEDS = 300;
    private static final long LIMIT_NS = 60_000_000_000L;
    private static final double[] LOSS = {0, 0.01, 0.1, 0.3};
    private static final double[] SOME = {0, 0, 0.05, 0.2};
    private static final int[] MTU = {256, 512, 1024};
    /** Enough tries to make exhaustion by chance practically impossible. */
    private static final int TRIES = 1000;

    /** Expects events that must occur in a large number of seeds. Otherwise, the simulation is not effective. */
    private static final Set<TransportCounter> EXERCISED = EnumSet.of(
        TransportCounter.PACKETS_RETRANSMITTED, TransportCounter.TRANSPORT_TIMEOUTS, TransportCounter.IMPLIED_NAKS,
        TransportCounter.SEQUENCE_NAKS_SENT, TransportCounter.SEQUENCE_NAKS_RECEIVED,
        TransportCounter.RECEIVER_NOT_READY_NAKS_RECEIVED, TransportCounter.DUPLICATE_REQUESTS,
        TransportCounter.DROPPED_FORGOTTEN_DUPLICATES, TransportCounter.DROPPED_DUPLICATE_RESPONSES,
        TransportCounter.DROPPED_OUT_OF_SEQUENCE, TransportCounter.DROPPED_CHECKSUM);

    private final Map<TransportCounter, Long> totals = new EnumMap<>(TransportCounter.class);
    private int longestTrain;
    private int overflows;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void everythingArrivesCompleteInOrderAndOnce() {
        final Long only = Long.getLong("softroce.simulation.seed");
        if (only != null) {
            simulate(only);
            return;
        }
        final long seeds = Long.getLong("softroce.simulation.seeds", SEEDS);
        for (long seed = 0; seed < seeds; seed++) {
            simulate(seed);
        }
        for (final TransportCounter counter : EXERCISED) {
            assertTrue(totals.get(counter) > seeds / 10, counter + " in " + totals);
        }
        assertTrue(longestTrain > 8, "longest train: " + longestTrain);
        assertTrue(overflows > seeds / 10, overflows + " trains overflowed a receiver");
        assertTrue(totals.get(TransportCounter.TRAIN_FALLBACKS) > 0, "fallbacks in " + totals);
    }

    private void simulate(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final FaultSettings faults = FaultSettings.NONE.withSeed(random.nextLong())
            .withShares(pick(random, LOSS), pick(random, SOME), pick(random, SOME), pick(random, SOME),
                pick(random, SOME))
            .withTimes(30_000, 1L << 14 + random.nextInt(10));
        final int mtu = MTU[random.nextInt(MTU.length)];
        final int maxReadAtomic = 1 + random.nextInt(4);
        final TransportSettings settings =
            new TransportSettings(1 + random.nextInt(20), mtu * (1 + random.nextInt(6)), 1);
        final SendAttributes tries = new SendAttributes(
            0, 4 + random.nextInt(6), TRIES, SendAttributes.RNR_RETRY_FOREVER, maxReadAtomic);
        try (SimulatedNetwork network = create(settings, faults, random)) {
            network.connect(mtu, maxReadAtomic, tries, psn(random), psn(random));
            network.congest(random.nextBoolean() ? random.split() : null);
            final Workload leftward = new Workload(network.left, network.right, random.split(), mtu);
            final Workload rightward = new Workload(network.right, network.left, random.split(), mtu);
            try {
                run(network, leftward, rightward);
                leftward.verify();
                rightward.verify();
                network.congest(null);
                network.settle(100 * faults.maximumDelayNs());
                leftward.verify();
                rightward.verify();
                longestTrain = Math.max(longestTrain, network.toRight.longestTrain);
                overflows += network.toRight.overflows;
                network.left.counters.snapshot().forEach((counter, count) -> totals.merge(counter, count, Long::sum));
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dsoftroce.simulation.seed=" + seed + ": mtu=" + mtu + " "
                    + network + " " + settings + " " + tries + " " + faults + "\nleft: " + leftward + " "
                    + network.left.counters.snapshot() + "\nright: " + rightward + " "
                    + network.right.counters.snapshot(), e);
            }
        }
    }

    private static SimulatedNetwork create(
        final TransportSettings settings, final FaultSettings faults, final SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return new SimulatedNetwork(settings, faults, Workload.MEMORY_BYTES);
        }
        final SimulatedNetwork network = SimulatedNetwork.withTrains(settings, Workload.MEMORY_BYTES);
        final boolean cuts = random.nextBoolean();
        network.toRight.disturb(faults, cuts);
        network.toLeft.disturb(faults.withSeed(~faults.seed()), cuts);
        if (random.nextInt(3) == 0) {
            network.toRight.limitReceiver(2_000 + random.nextInt(60_000), 1 + random.nextInt(2_000));
            network.toLeft.limitReceiver(2_000 + random.nextInt(60_000), 1 + random.nextInt(2_000));
        }
        if (random.nextInt(4) == 0) {
            network.makeRightRefuseTrains();
        }
        return network;
    }

    private static void run(final SimulatedNetwork network, final Workload leftward, final Workload rightward) {
        final long start = network.nowNs;
        while (!leftward.isComplete() || !rightward.isComplete()) {
            leftward.advance();
            rightward.advance();
            if (!network.step()) {
                network.nowNs += 10_000;
            }
            assertTrue(network.nowNs - start < LIMIT_NS, "hangs");
        }
    }

    private static double pick(final SplittableRandom random, final double[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Starts half of all sequences just before they wrap. */
    private static int psn(final SplittableRandom random) {
        return random.nextBoolean() ? 0xFF_FFFF - random.nextInt(40) : random.nextInt(1 << 24);
    }
}
