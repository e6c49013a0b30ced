// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Unreliable services on a virtual clock and a link that loses, duplicates, reorders, corrupts and delays packets.
 * Messages may be lost, but every message that arrives is whole.
 *
 * <p>{@code -Dsoftroce.simulation.seeds=N} runs more seeds, {@code -Dsoftroce.simulation.seed=N} one of them.
 */
class UnreliableSimulationTest {

    private static final int SEEDS = 300;
    private static final int MESSAGES = 200;
    private static final int LEFT = 0x11;
    private static final int RIGHT = 0x22;
    private static final int FIRST_PSN = 0xFF_FFF0;
    private static final int HEADER = 40;
    private static final int SLOT_BYTES = 2048;
    private static final int SLOTS = 16;
    private static final int MAX_BYTES = 5 * UnreliableEnd.MTU;
    private static final double[] LOSS = {0, 0.01, 0.1, 0.3};
    private static final double[] SOME = {0, 0, 0.05, 0.2};
    private static final UdpPath TO_RIGHT = new UdpPath(0x7F000001, 4791, 0x7F000002, 4791);
    private static final UdpPath TO_LEFT = new UdpPath(0x7F000002, 4791, 0x7F000001, 4791);

    private final Map<TransportCounter, Long> totals = new EnumMap<>(TransportCounter.class);
    private long arrived;
    private long lost;

    /** What the left end sends parts of. */
    private final byte[] source = new byte[SLOT_BYTES * SLOTS];

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatArrivesOverAConnectionIsWholeAndInTheOrderOfItsPackets() {
        simulateAll(false);
        for (final TransportCounter counter : List.of(TransportCounter.DROPPED_OUT_OF_SEQUENCE,
            TransportCounter.DROPPED_CHECKSUM, TransportCounter.DROPPED_NO_RECEIVE)) {
            assertTrue(totals.getOrDefault(counter, 0L) > 0, counter + " in " + totals);
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatArrivesAsADatagramIsWhole() {
        simulateAll(true);
    }

    private void simulateAll(final boolean datagrams) {
        final Long only = Long.getLong("softroce.simulation.seed");
        if (only != null) {
            simulate(only, datagrams);
            return;
        }
        for (long seed = 0; seed < Long.getLong("softroce.simulation.seeds", SEEDS); seed++) {
            simulate(seed, datagrams);
        }
        assertTrue(arrived > lost / 10 && lost > arrived / 100, arrived + " arrived, " + lost + " lost");
    }

    /** Two ends and the link from the left to the right. Nothing is ever sent to the left. */
    private static final class Network implements AutoCloseable {
        private long nowNs;
        private final SimulatedLink toRight = new SimulatedLink(() -> nowNs);
        private final SimulatedLink toLeft = new SimulatedLink(() -> nowNs);
        final UnreliableEnd left;
        final UnreliableEnd right;

        Network(final boolean datagrams, final FaultSettings faults) {
            left = datagrams ? UnreliableEnd.datagram(LEFT, TO_RIGHT, toRight)
                : UnreliableEnd.connection(LEFT, TO_RIGHT, toRight, RIGHT, FIRST_PSN, false);
            right = datagrams ? UnreliableEnd.datagram(RIGHT, TO_LEFT, toLeft)
                : UnreliableEnd.connection(RIGHT, TO_LEFT, toLeft, LEFT, FIRST_PSN, false);
            toRight.disturb(faults, true);
        }

        void step() {
            toRight.room = 3;
            left.service.transmit(nowNs, 2);
            right.transmit(nowNs);
            toRight.flush();
            nowNs += 1000;
            toRight.deliver(right, TO_RIGHT);
        }

        @Override
        public void close() {
            left.close();
            right.close();
        }
    }

    private void simulate(final long seed, final boolean datagrams) {
        final SplittableRandom random = new SplittableRandom(seed);
        final FaultSettings faults = FaultSettings.NONE.withSeed(random.nextLong())
            .withShares(pick(random, LOSS), pick(random, SOME), pick(random, SOME), pick(random, SOME),
                pick(random, SOME))
            .withTimes(10_000, 1L << 12 + random.nextInt(6));
        try (Network network = new Network(datagrams, faults)) {
            new Random(seed).nextBytes(source);
            network.left.bytes.asByteBuffer().put(0, source);
            run(network, random, datagrams, faults);
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError("replay with -Dsoftroce.simulation.seed=" + seed + ": " + faults, e);
        }
    }

    private void run(
        final Network network, final SplittableRandom random, final boolean datagrams, final FaultSettings faults) {
        final int[] offsets = new int[MESSAGES];
        final int[] lengths = new int[MESSAGES];
        final List<Integer> order = new ArrayList<>();
        final int scarcity = 1 + random.nextInt(6);
        int posted = 0;
        int spare = 0;
        while (posted < MESSAGES || network.left.sends.size() < MESSAGES) {
            if (posted < MESSAGES && network.left.sendQueue.claim() != SendQueue.FULL) {
                offsets[posted] = random.nextInt(SLOT_BYTES * (SLOTS - 1));
                lengths[posted] = random.nextInt(datagrams ? UnreliableEnd.MTU : MAX_BYTES);
                post(network, posted, offsets[posted], lengths[posted], datagrams);
                posted++;
            }
            if (random.nextInt(scarcity) == 0) {
                spare = refill(network.right, spare);
            }
            network.step();
            collect(network.right, order, offsets, lengths, datagrams);
        }
        for (int i = 0; i < 100; i++) {
            network.step();
            collect(network.right, order, offsets, lengths, datagrams);
        }
        final boolean ordered = faults.reorder() == 0 && faults.delay() == 0 && faults.duplicate() == 0;
        verifyOrder(network, order, ordered);
    }

    private static void post(
        final Network network, final int id, final int offset, final int length, final boolean datagrams) {
        if (datagrams) {
            network.left.postDatagram(id, WorkRequestOpcodes.SEND_WITH_IMMEDIATE, SendFlags.SIGNALED, offset, length,
                RIGHT, UnreliableEnd.QUEUE_KEY);
        } else {
            network.left.post(
                id, WorkRequestOpcodes.SEND_WITH_IMMEDIATE, SendFlags.SIGNALED, offset, length, 0, 0);
        }
    }

    /** Posts a receive for the next of some places, unless all are posted. Returns the number of receives posted. */
    private static int refill(final UnreliableEnd end, final int posted) {
        if (end.receiveQueue.available() >= SLOTS / 2) {
            return posted;
        }
        end.postReceive(posted, (long) (posted % SLOTS) * SLOT_BYTES, SLOT_BYTES);
        return posted + 1;
    }

    private void collect(
        final UnreliableEnd end, final List<Integer> order, final int[] offsets, final int[] lengths,
        final boolean datagrams) {
        for (final Completion completion : end.receives) {
            final int header = datagrams ? HEADER : 0;
            final int message = completion.immediate();
            assertEquals(CompletionStatuses.SUCCESS, completion.status());
            assertEquals(header + lengths[message], completion.byteLength());
            final byte[] sent = new byte[lengths[message]];
            System.arraycopy(source, offsets[message], sent, 0, sent.length);
            final long place = completion.workRequestId() % SLOTS * SLOT_BYTES;
            assertArrayEquals(sent, end.content(place + header, sent.length), "message " + message);
            order.add(message);
        }
        if (datagrams) {
            assertTrue(end.sources.stream().allMatch(source -> source == LEFT), "sources");
        }
        end.receives.clear();
        end.sources.clear();
    }

    private void verifyOrder(final Network network, final List<Integer> order, final boolean ordered) {
        assertTrue(!ordered || isIncreasing(order), order.toString());
        final Set<Integer> different = new HashSet<>(order);
        arrived += different.size();
        lost += MESSAGES - different.size();
        assertEquals(MESSAGES, network.left.sends.size(), "every request completed");
        for (int i = 0; i < MESSAGES; i++) {
            assertEquals(i, network.left.sends.get(i).workRequestId(), "requests complete in order");
        }
        network.right.counters.snapshot().forEach((counter, count) -> totals.merge(counter, count, Long::sum));
        assertEquals(ConnectionState.READY_TO_SEND, network.right.service.state());
    }

    private static boolean isIncreasing(final List<Integer> numbers) {
        return IntStream.range(1, numbers.size()).allMatch(i -> numbers.get(i - 1) < numbers.get(i));
    }

    private static double pick(final SplittableRandom random, final double[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
