// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections send trains to peers that accept them, and single packets to other peers. */
@Timeout(30)
class TrainsTest extends TransferTestBase {

    /** Of 32 packets of an answer, the first and the last are longer than the rest, and the second ends a train. */
    private static final int MIDDLE_OF_32 = 29;
    private static final long ROUND_TRIP_NS = 10_000;
    private static final int LONG_TIMEOUT = 8;
    private static final SendAttributes TRIES = new SendAttributes(0, LONG_TIMEOUT, 7, 7, 4);

    TrainsTest() {
        super(new TransportSettings(64, 1 << 16, 1), TRIES);
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
        assertEquals(0, retransmitted());
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
        assertEquals(0, retransmitted());
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

        final long before = retransmitted();
        network.toRight.longestTrain = 0;
        move(WorkRequestOpcodes.RDMA_WRITE, 30, 3 * MTU);
        assertEquals(1, network.toRight.longestTrain);
        assertEquals(before, retransmitted());
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
    void pairsOfMessagesLeaveInTrainsAfterAWhile() {
        for (int i = 0; i < PeerTrains.PATIENCE + 4; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 2, 8);
        }
        final int before = network.toRight.packets;
        network.toRight.longestTrain = 0;
        move(WorkRequestOpcodes.RDMA_WRITE, 2, 8);

        assertEquals(before + 2, network.toRight.packets);
        assertEquals(2, network.toRight.longestTrain);
        assertEquals(0, retransmitted());
    }

    @Test
    void pairsOfMessagesToAPeerThatTakesNoTrainsCostAFewTimeouts() {
        right.refusesTrains = true;
        for (int i = 0; i < 2 * PeerTrains.PATIENCE; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 2, 8);
        }
        assertEquals(PeerTrains.REFUSALS, retransmitted());
        assertEquals(PeerTrains.REFUSALS, right.counters.get(TransportCounter.DROPPED_CHECKSUM));
        // A timer cannot tell whether the peer takes no trains or is busy.
        assertFalse(left.events.contains(AsynchronousEvents.TRAINS_REFUSED));

        for (int i = 0; i < 2 * PeerTrains.PATIENCE; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 2, 8);
        }
        assertEquals(PeerTrains.REFUSALS, retransmitted());
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
