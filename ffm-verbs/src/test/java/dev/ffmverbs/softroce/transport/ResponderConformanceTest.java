// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the answers to single packets. Linux rxe 6.1 was observed to give the same answers. */
class ResponderConformanceTest extends ResponderTestBase {

    @Test
    void acknowledgesWhatAsksForItOnly() {
        peer.packet.begin(Opcode.WRITE_ONLY, RawPeer.NUMBER, FIRST, 0);
        peer.packet.reth().set(endpoint.at(0), endpoint.key(), 4);
        peer.packet.endPayload(4);
        peer.handSealed();
        peer.transmit();
        assertTrue(peer.answers.isEmpty());

        peer.send(Opcode.WRITE_ONLY, FIRST + 1, 4, rdma(0, 4));
        assertAcknowledged(FIRST + 1, 2);
    }

    @Test
    void acknowledgesInTheMiddleOfAMessageWithoutCountingIt() {
        peer.send(Opcode.WRITE_FIRST, FIRST, 256, rdma(0, 300));
        assertAcknowledged(FIRST, 0);
        peer.send(Opcode.WRITE_LAST, FIRST + 1, 44, NO_HEADERS);
        assertAcknowledged(FIRST + 1, 1);
    }

    @Test
    void asksOnceForAMissingPacketUntilItComes() {
        peer.send(Opcode.WRITE_ONLY, FIRST + 1, 4, rdma(0, 4));
        assertRefused(FIRST, Syndrome.NAK_SEQUENCE_ERROR, ConnectionState.READY_TO_SEND);
        peer.send(Opcode.WRITE_ONLY, FIRST + 2, 4, rdma(0, 4));
        assertTrue(peer.answers.isEmpty());
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertAcknowledged(FIRST, 1);
        peer.send(Opcode.WRITE_ONLY, FIRST + 2, 4, rdma(0, 4));
        assertAnswer(Opcode.ACKNOWLEDGE, FIRST + 1, Syndrome.NAK_SEQUENCE_ERROR, 1);
    }

    @Test
    void asksToWaitForAReceiveAndIgnoresWhatFollows() {
        peer.send(Opcode.SEND_ONLY, FIRST, 4, NO_HEADERS);
        assertRefused(FIRST, Syndrome.receiverNotReady(1), ConnectionState.READY_TO_SEND);
        peer.send(Opcode.SEND_ONLY, FIRST + 1, 4, NO_HEADERS);
        assertTrue(peer.answers.isEmpty());

        endpoint.postReceive(1, 0, 4);
        peer.send(Opcode.SEND_ONLY, FIRST, 4, NO_HEADERS);
        assertAcknowledged(FIRST, 1);
    }

    @Test
    void refusesAWrongKeyAndIsMuteThen() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, packet -> packet.reth().set(endpoint.at(0), endpoint.key() + 1, 4));
        assertRefused(FIRST, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
        assertEquals(List.of(EventTypes.QUEUE_PAIR_ACCESS_ERROR), endpoint.events);
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 4));
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void refusesARangeThatReachesBeyondTheMemory() {
        peer.send(Opcode.WRITE_ONLY, FIRST, 8, rdma(endpoint.bytes.byteSize() - 7, 8));
        assertRefused(FIRST, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
    }

    @Test
    void refusesWhatTheQueuePairDoesNotAllow() {
        endpoint.connection.remoteRights(AccessFlags.REMOTE_READ);
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAnAtomicThatIsNotAligned() {
        peer.send(Opcode.FETCH_ADD, FIRST, 0, add(4, 1));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAWriteWhoseLengthIsNotThatOfItsData() {
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 8));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAFirstPacketThatIsNotFull() {
        peer.send(Opcode.WRITE_FIRST, FIRST, 252, rdma(0, 300));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAPayloadLargerThanThePathMtu() {
        endpoint.postReceive(1, 0, 1000);
        peer.send(Opcode.SEND_ONLY, FIRST, 260, NO_HEADERS);
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAReadInTheMiddleOfAWrite() {
        peer.hand(Opcode.WRITE_FIRST, FIRST, 256, rdma(0, 300));
        peer.send(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));
        assertRefused(FIRST + 1, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesTheEndOfAMessageThatHasNoBeginning() {
        peer.send(Opcode.SEND_LAST, FIRST, 4, NO_HEADERS);
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void refusesAMessageLargerThanItsReceive() {
        endpoint.postReceive(1, 0, 255);
        endpoint.postReceive(2, 0, 255);
        peer.send(Opcode.SEND_FIRST, FIRST, 256, NO_HEADERS);
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
        assertEquals(CompletionStatuses.LOCAL_LENGTH_ERROR, endpoint.receives.get(0).status());
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, endpoint.receives.get(1).status());
        assertEquals(0, endpoint.bytes.get(ValueLayout.JAVA_BYTE, 1), "nothing was written");
    }

    @Test
    void reportsAReceiveWhoseMemoryIsNotRegistered() {
        final long slot = endpoint.receiveQueue.claim();
        endpoint.receiveQueue.request(slot, 1);
        endpoint.receiveQueue.addElement(slot, endpoint.at(0), 100, endpoint.key() ^ 1);
        endpoint.receiveQueue.publish();
        peer.send(Opcode.SEND_ONLY, FIRST, 4, NO_HEADERS);
        assertRefused(FIRST, Syndrome.NAK_REMOTE_OPERATIONAL_ERROR, ConnectionState.ERROR);
        assertEquals(CompletionStatuses.LOCAL_PROTECTION_ERROR, endpoint.receives.getFirst().status());
    }

    @Test
    void refusesMoreReadsAtOnceThanItsLimit() {
        for (int i = 0; i < 5; i++) {
            peer.hand(Opcode.READ_REQUEST, FIRST + i, 0, rdma(0, 4));
        }
        peer.transmit();
        assertEquals(5, peer.answers.size());
        assertEquals(Syndrome.NAK_INVALID_REQUEST, peer.answers.getLast().aeth().syndrome());
    }

    @Test
    void refusesReadsWhenItsLimitIsZero() {
        try (RawPeer none = new RawPeer(0)) {
            none.send(Opcode.READ_REQUEST, FIRST, 0,
                packet -> packet.reth().set(none.endpoint.at(0), none.endpoint.key(), 4));
            assertEquals(Syndrome.NAK_INVALID_REQUEST, none.answers.getFirst().aeth().syndrome());
        }
    }

    @Test
    void servesZeroLengthWithoutLookingAtTheKey() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, packet -> packet.reth().set(1, 2, 0));
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        peer.send(Opcode.WRITE_ONLY, FIRST + 1, 0, packet -> packet.reth().set(1, 2, 0));
        assertAcknowledged(FIRST + 1, 2);
    }

    @Test
    void answersInTheOrderOfSequenceNumbers() {
        peer.hand(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 3, 4, rdma(0, 4));
        peer.hand(Opcode.FETCH_ADD, FIRST + 4, 0, add(8, 1));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 5, 4, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 6, 4, rdma(0, 4));
        peer.transmit();
        assertAnswer(Opcode.READ_RESPONSE_FIRST, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertAnswer(Opcode.READ_RESPONSE_MIDDLE, FIRST + 1, 0, 0);
        assertAnswer(Opcode.READ_RESPONSE_LAST, FIRST + 2, Syndrome.ACKNOWLEDGE, 1);
        assertAnswer(Opcode.ATOMIC_ACKNOWLEDGE, FIRST + 4, Syndrome.ACKNOWLEDGE, 3);
        assertAcknowledged(FIRST + 6, 5);
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void theAnswerToAReadAcknowledgesTheWriteBefore() {
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.hand(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));
        peer.transmit();
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST + 1, Syndrome.ACKNOWLEDGE, 2);
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void takesBackANakThatHasNotLeftWhenThePacketComes() {
        peer.hand(Opcode.WRITE_ONLY, FIRST + 1, 4, rdma(0, 4));
        peer.packet.begin(Opcode.WRITE_ONLY, RawPeer.NUMBER, FIRST, 0);
        peer.packet.reth().set(endpoint.at(0), endpoint.key(), 4);
        peer.packet.endPayload(4);
        peer.handSealed();
        peer.transmit();
        assertAcknowledged(FIRST - 1, 0);
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void refusesToInvalidateAKeyThatIsNoMemoryWindow() {
        endpoint.postReceive(1, 0, 100);
        peer.send(Opcode.SEND_ONLY_WITH_INVALIDATE, FIRST, 4, packet -> packet.ieth().set(endpoint.key()));
        assertRefused(FIRST, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
        assertEquals(1, endpoint.memory.size());
    }

    @Test
    void endsAReadWhoseMemoryIsDeregisteredWithAnAccessError() {
        peer.hand(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        endpoint.connection.transmit(peer.nowNs, 1);
        endpoint.memory.deregister(endpoint.region);
        peer.transmit();
        assertAnswer(Opcode.READ_RESPONSE_FIRST, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertAnswer(Opcode.ACKNOWLEDGE, FIRST + 1, Syndrome.NAK_REMOTE_ACCESS_ERROR, 1);
        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
        assertEquals(List.of(EventTypes.QUEUE_PAIR_ACCESS_ERROR), endpoint.events);
    }

    @Test
    void stopsAWriteWhoseMemoryIsDeregistered() {
        peer.send(Opcode.WRITE_FIRST, FIRST, 256, rdma(0, 600));
        assertAcknowledged(FIRST, 0);
        endpoint.memory.deregister(endpoint.region);
        peer.send(Opcode.WRITE_MIDDLE, FIRST + 1, 256, NO_HEADERS);
        assertRefused(FIRST + 1, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
        assertEquals(0, endpoint.bytes.get(ValueLayout.JAVA_BYTE, 257));
    }

    @Test
    void dropsSilentlyWhatIsNotForIt() {
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.transmit();
        peer.answers.clear();
        peer.handFrom(0x0A000003);
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_PEER));

        peer.packet.buffer().put(20, (byte) 1);
        peer.handRaw();
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_CHECKSUM));

        peer.packet.begin(Opcode.WRITE_ONLY, RawPeer.NUMBER + 1, FIRST, 0);
        peer.handSealed();
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_QUEUE_PAIR));

        peer.packet.begin(Opcode.DATAGRAM_SEND_ONLY, RawPeer.NUMBER, FIRST, 0);
        peer.handSealed();
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_OPCODE));
        peer.transmit();
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void tellsThatTheFirstPacketCameBeforeItWasReadyToSend() {
        endpoint.connection.reset();
        endpoint.connection.initialize(Endpoint.ALL_RIGHTS);
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertTrue(peer.answers.isEmpty(), "not ready to receive");
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_STATE));

        endpoint.connection.readyToReceive(
            new ReceiveAttributes(endpoint.path, RawPeer.MTU, RawPeer.PEER_NUMBER, FIRST, 4, 1));
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertAcknowledged(FIRST, 1);
        assertEquals(List.of(EventTypes.COMMUNICATION_ESTABLISHED), endpoint.events);
    }
}
