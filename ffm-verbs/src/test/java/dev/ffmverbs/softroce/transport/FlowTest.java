// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loss costs its retransmission and some round trips, but never a transport timeout, regardless of its length. */
@Timeout(30)
class FlowTest extends TransferTestBase {

    private static final int BYTES = 64 * MTU;
    /** Round trips take 10 us here, and early retransmission waits for at least 100 us. */
    private static final long LEAST_TIMEOUT_NS = 100_000;
    private static final TransportSettings SETTINGS = new TransportSettings(64, BYTES, LEAST_TIMEOUT_NS);
    /** A transport timeout of 8.6 s. */
    private static final SendAttributes TRIES = new SendAttributes(0, 21, 7, 7, 4);

    FlowTest() {
        super(SETTINGS, TRIES);
    }

    /** Lets both ends know each other: that the other accepts trains, and how long a round trip takes. */
    @BeforeEach
    void warmUp() {
        for (int i = 0; i < 8; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 4);
            move(WorkRequestOpcodes.RDMA_READ, 2);
        }
        assertEquals(0, retransmitted());
    }

    private long move(final int operation, final int messages) {
        return move(operation, messages, BYTES);
    }

    private void assertRecoversWithinRoundTrips(final long durationNs) {
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS));
        assertTrue(durationNs < 4 * LEAST_TIMEOUT_NS, "took " + durationNs + " ns");
    }

    /** Number 63 and those before it are the last packets. No later packet reveals that they are missing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, 56, 62, 63})
    void packetsOfAWriteLostToTheEndOfItsTrainAreSentAgainEarly(final int first) {
        final int before = network.toRight.packets;
        network.toRight.lose(packet -> network.toRight.packets - 1 - before >= first
            && network.toRight.packets - 1 - before < 64);
        assertRecoversWithinRoundTrips(move(WorkRequestOpcodes.RDMA_WRITE, 1));
        assertTrue(retransmitted() <= 64, retransmitted() + " packets sent again");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, 62, 63})
    void packetsOfAnAnswerLostToTheEndAreAskedForAgainEarly(final int first) {
        final int before = network.toLeft.packets;
        network.toLeft.lose(packet -> network.toLeft.packets - 1 - before >= first
            && network.toLeft.packets - 1 - before < 64);
        assertRecoversWithinRoundTrips(move(WorkRequestOpcodes.RDMA_READ, 1));
    }

    @Test
    void packetsLostAgainWhenSentAgainNeedNoTransportTimeoutEither() {
        final int before = network.toRight.packets;
        network.toRight.lose(packet -> {
            final int number = network.toRight.packets - 1 - before;
            return number >= 8 && number < 12 || number >= 64 && number < 66;
        });
        assertRecoversWithinRoundTrips(move(WorkRequestOpcodes.RDMA_WRITE, 1));
    }

    @Test
    void aLostAcknowledgementNeedsNoTransportTimeout() {
        final int before = network.toLeft.packets;
        network.toLeft.lose(packet -> network.toLeft.packets - 1 == before);
        assertRecoversWithinRoundTrips(move(WorkRequestOpcodes.RDMA_WRITE, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {16_000, 32_000, 64_000})
    void aReceiverWithRoomForFewPacketsIsNotOverrunAgainAndAgain(final int bufferBytes) {
        network.toRight.disturb(FaultSettings.NONE, true);
        network.toRight.limitReceiver(bufferBytes, 1_000);
        for (int i = 0; i < 20; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 8);
        }
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS), network.toString());
        final long useful = 20 * 8 * 64;
        assertTrue(retransmitted() < useful + useful / 2, retransmitted() + " packets sent again, " + useful
            + " needed, " + network + " " + left.counters.snapshot());
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 32_000, 64_000})
    void aReceiverWithLittleRoomGetsEverythingWithoutTransportTimeouts(final int bufferBytes) {
        network.toRight.limitReceiver(bufferBytes, 1_000);
        network.toLeft.limitReceiver(bufferBytes, 1_000);
        for (int i = 0; i < 20; i++) {
            move(WorkRequestOpcodes.RDMA_WRITE, 8);
            move(WorkRequestOpcodes.RDMA_READ, 8);
        }
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS), network.toString());
        final long useful = 20 * 8 * 64;
        assertTrue(retransmitted() < useful, retransmitted() + " packets sent again, " + useful + " needed, " + network
            + " " + left.counters.snapshot());
    }

    @Test
    void aPeerThatIsGoneHoldsUpReadsOfOtherConnectionsForRoundTripsOnly() {
        final SharedBudget.Share other = left.reads.newShare(SimulatedNetwork.LEFT_NUMBER + 1);
        final List<Boolean> free = new ArrayList<>();
        network.toRight.lose(packet -> {
            final boolean taken = other.take(BYTES);
            if (taken) {
                other.giveBack(BYTES);
            } else {
                other.leave();
            }
            return free.add(taken);
        });
        left.post(0, WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, BYTES, BYTES, right.at(0), right.key());
        assertTrue(network.runUntil(() -> free.size() == 10, SECOND_NS), "the peer is asked 10 times");
        assertEquals(0, left.counters.get(TransportCounter.TRANSPORT_TIMEOUTS));
        assertEquals(List.of(false, false, false, false, false, true, true, true, true, true), free,
            "whether another connection could READ while the peer was asked");
    }
}
