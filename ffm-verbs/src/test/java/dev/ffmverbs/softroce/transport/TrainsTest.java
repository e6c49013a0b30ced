// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections send trains to peers that accept them, and single packets to other peers. */
@Timeout(30)
class TrainsTest {

    private static final int MTU = 1024;
    /** Of 32 packets of an answer, the first and the last are longer than the rest, and the second ends a train. */
    private static final int MIDDLE_OF_32 = 29;
    private static final int MEMORY = 1 << 18;
    private static final int HALF = MEMORY / 2;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long ROUND_TRIP_NS = 10_000;
    private static final int LONG_TIMEOUT = 8;
    private static final SendAttributes TRIES = new SendAttributes(0, LONG_TIMEOUT, 7, 7, 4);

    private final SimulatedNetwork network =
        SimulatedNetwork.withTrains(new TransportSettings(64, 1 << 16, 1), MEMORY);
    private final Endpoint left = network.left;
    private final Endpoint right = network.right;

    @BeforeEach
    void connect() {
        final byte[] content = new byte[HALF];
        new Random(3).nextBytes(content);
        left.bytes.asByteBuffer().put(0, content);
        new Random(4).nextBytes(content);
        right.bytes.asByteBuffer().put(0, content);
        network.connect(MTU, 4, TRIES);
    }

    @AfterEach
    void close() {
        network.close();
    }

    /** Transfers messages and compares them. Returns the elapsed time. */
    private long move(final int operation, final int messages, final int bytes) {
        left.sends.clear();
        final boolean read = operation == WorkRequestOpcodes.RDMA_READ;
        final long startNs = network.nowNs;
        for (int i = 0; i < messages; i++) {
            final int place = i * bytes % (HALF - bytes);
            left.post(i, operation, SendFlags.SIGNALED, read ? HALF + place : place, bytes,
                right.at(read ? place : HALF + place), right.key());
        }
        assertTrue(network.runUntil(() -> left.sends.size() == messages, SECOND_NS),
            "hangs: " + left.counters.snapshot());
        assertTrue(left.sends.stream().allMatch(completion -> completion.status() == CompletionStatuses.SUCCESS));
        for (int i = 0; i < messages; i++) {
            final int place = i * bytes % (HALF - bytes);
            final Endpoint source = read ? right : left;
            final Endpoint target = read ? left : right;
            assertArrayEquals(source.content(place, bytes), target.content(HALF + place, bytes), "message " + i);
        }
        return network.nowNs - startNs;
    }

    private void showThatTrainsAreTaken() {
        for (int i = 0; i < 4; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 16, 8);
        }
    }

    @Test
    void writesLeaveInTrainsOnceThePeerHasShownThatItTakesThem() {
        showThatTrainsAreTaken();
        network.toRight.longestTrain = 0;
        move(WorkRequestOpcodes.RDMA_WRITE, 16, 8);

        assertEquals(16, network.toRight.longestTrain);
        assertEquals(0, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
    }

    @Test
    void aTrainIsAcknowledgedOnce() {
        showThatTrainsAreTaken();
        final int before = network.toLeft.packets;
        move(WorkRequestOpcodes.RDMA_WRITE, 16, 8);

        assertEquals(before + 1, network.toLeft.packets);
    }

    @Test
    void answersToReadsLeaveInTrainsOnceThePeerHasShownThatItTakesThem() {
        for (int i = 0; i < 12; i++) {
            move(WorkRequestOpcodes.RDMA_READ, 1, 32 * MTU);
        }
        assertEquals(MIDDLE_OF_32, network.toLeft.longestTrain);
        assertEquals(0, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
    }

    @Test
    void aPeerThatSendsTrainsTakesThem() {
        showThatTrainsAreTaken();
        move(WorkRequestOpcodes.RDMA_READ, 1, 32 * MTU);

        assertEquals(MIDDLE_OF_32, network.toLeft.longestTrain);
    }

    @Test
    void aPeerThatTakesNoTrainsGetsSinglePacketsAfterAFewRoundTrips() {
        right.refusesTrains = true;
        long lostNs = 0;
        for (int i = 0; i < 5; i++) {
            lostNs += move(WorkRequestOpcodes.RDMA_WRITE, 16, 8) - ROUND_TRIP_NS;
        }

        assertEquals(1, left.counters.get(TransportCounter.TRAIN_FALLBACKS));
        assertTrue(left.events.contains(AsynchronousEvents.TRAINS_REFUSED));
        assertEquals(PeerTrains.REFUSALS, right.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS));
        assertTrue(lostNs <= PeerTrains.REFUSALS * ROUND_TRIP_NS, "lost " + lostNs + " ns");

        final long retransmitted = left.counters.get(TransportCounter.PACKETS_RETRANSMITTED);
        network.toRight.longestTrain = 0;
        move(WorkRequestOpcodes.RDMA_WRITE, 30, 3 * MTU);
        assertEquals(1, network.toRight.longestTrain);
        assertEquals(retransmitted, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
    }

    @Test
    void aPeerThatTakesNoTrainsGetsSingleAnswersToItsReadsAfterAFewRoundTrips() {
        left.refusesTrains = true;
        for (int i = 0; i < 24; i++) {
            move(WorkRequestOpcodes.RDMA_READ, 1, 32 * MTU);
        }

        assertEquals(1, right.counters.get(TransportCounter.TRAIN_FALLBACKS));
        assertEquals(PeerTrains.REFUSALS, left.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS));
    }

    @Test
    void twoMessagesAreNoTrialSoThatTheirLossNeedsNoTimeout() {
        right.refusesTrains = true;
        for (int i = 0; i < 10; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 2, 8);
        }
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS));
        assertEquals(0, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ordinaryLossNeverMakesAPeerOneThatTakesNoTrains(final long seed) {
        showThatTrainsAreTaken();
        network.toRight.disturb(FaultSettings.NONE.withSeed(seed).withShares(0.3, 0, 0, 0, 0), true);
        network.toLeft.disturb(FaultSettings.NONE.withSeed(~seed).withShares(0.1, 0, 0, 0, 0), false);
        for (int i = 0; i < 20; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 4, 8 * MTU);
        }
        assertEquals(0, left.counters.get(TransportCounter.TRAIN_FALLBACKS));
        assertFalse(left.events.contains(AsynchronousEvents.TRAINS_REFUSED));
        assertTrue(network.toRight.longestTrain > 1);
    }
}
