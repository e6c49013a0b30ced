// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what an unreliable connection does with single packets (IBTA 9.8). */
class UnreliableConnectionTest {

    private static final int MTU = UnreliableEnd.MTU;
    private static final int SEND_FIRST = Opcode.UNRELIABLE + Opcode.SEND_FIRST;
    private static final int SEND_MIDDLE = Opcode.UNRELIABLE + Opcode.SEND_MIDDLE;
    private static final int SEND_LAST = Opcode.UNRELIABLE + Opcode.SEND_LAST;
    private static final int SEND_ONLY = Opcode.UNRELIABLE + Opcode.SEND_ONLY;
    private static final int WRITE_FIRST = Opcode.UNRELIABLE + Opcode.WRITE_FIRST;
    private static final int WRITE_LAST_WITH_IMMEDIATE = Opcode.UNRELIABLE + Opcode.WRITE_LAST_WITH_IMMEDIATE;
    private static final int WRITE_ONLY = Opcode.UNRELIABLE + Opcode.WRITE_ONLY;
    private static final int TARGET = 4096;

    private UnreliablePeer peer = UnreliablePeer.ofConnection();
    private UnreliableEnd end = peer.end;

    @AfterEach
    void close() {
        peer.close();
    }

    private void shareTheReceiveQueue() {
        peer.close();
        peer = UnreliablePeer.ofConnectionWithSharedQueue();
        end = peer.end;
    }

    private void hand(final int opcode, final int number, final int bytes, final int value) {
        peer.hand(opcode, number, bytes, value, packet -> { });
    }

    private void handWrite(final int opcode, final int number, final int bytes, final int value, final int total) {
        peer.hand(opcode, number, bytes, value,
            packet -> packet.reth().set(end.at(TARGET), end.region.key(), total));
    }

    private void assertContent(final long offset, final int length, final int value) {
        final byte[] expected = new byte[length];
        Arrays.fill(expected, (byte) value);
        assertArrayEquals(expected, end.content(offset, length));
    }

    private void assertReceived(final int index, final long id, final int bytes) {
        final Completion completion = end.receives.get(index);
        assertEquals(CompletionStatuses.SUCCESS, completion.status());
        assertEquals(id, completion.workRequestId());
        assertEquals(bytes, completion.byteLength());
    }

    @Test
    void aMessageWithAMissingPacketIsDroppedAndItsReceiveTakesTheNextMessage() {
        end.postReceive(1, 0, 1000);

        hand(SEND_FIRST, 0, MTU, 1);
        hand(SEND_LAST, 2, 10, 1);
        hand(SEND_ONLY, 3, 20, 2);

        assertEquals(1, end.receives.size());
        assertReceived(0, 1, 20);
        assertContent(0, 20, 2);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_OUT_OF_SEQUENCE));
    }

    @Test
    void aMessageWhoseLastPacketIsMissingEndsWithTheNext() {
        end.postReceive(1, 0, 1000);

        hand(SEND_FIRST, 0, MTU, 1);
        hand(SEND_MIDDLE, 1, MTU, 1);
        hand(SEND_FIRST, 3, MTU, 2);
        hand(SEND_LAST, 4, 7, 2);

        assertEquals(1, end.receives.size());
        assertReceived(0, 1, MTU + 7);
        assertContent(0, MTU + 7, 2);
    }

    @Test
    void withoutItsFirstPacketAMessageIsDropped() {
        end.postReceive(1, 0, 1000);

        hand(SEND_MIDDLE, 1, MTU, 1);
        hand(SEND_LAST, 2, 10, 1);
        hand(SEND_ONLY, 3, 5, 2);

        assertEquals(1, end.receives.size());
        assertReceived(0, 1, 5);
        assertEquals(2, end.counters.get(TransportCounter.DROPPED_OUT_OF_SEQUENCE));
    }

    @Test
    void packetsOfAMessageThatLacksOneAreDroppedUntilTheNextBegins() {
        end.postReceive(1, 0, 1000);

        hand(SEND_FIRST, 0, MTU, 1);
        hand(SEND_MIDDLE, 2, MTU, 1);
        hand(SEND_MIDDLE, 1, MTU, 1);
        hand(SEND_LAST, 2, 10, 1);

        assertEquals(List.of(), end.receives);
        assertEquals(3, end.counters.get(TransportCounter.DROPPED_OUT_OF_SEQUENCE));
    }

    @Test
    void aMessageOfAnotherKindIsNotContinued() {
        end.postReceive(1, 0, 1000);

        handWrite(WRITE_FIRST, 0, MTU, 1, 2 * MTU);
        hand(SEND_LAST, 1, 10, 1);

        assertEquals(List.of(), end.receives);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_OUT_OF_SEQUENCE));
    }

    @Test
    void aWriteThatLacksAPacketTellsNobody() {
        end.postReceive(1, 0, 0);

        handWrite(WRITE_FIRST, 0, MTU, 1, 3 * MTU);
        peer.hand(WRITE_LAST_WITH_IMMEDIATE, 2, MTU, 1, packet -> packet.immDt().set(9));

        assertEquals(List.of(), end.receives);
        assertContent(TARGET, MTU, 1);
        assertContent(TARGET + MTU, 2 * MTU, 0);
    }

    @Test
    void aWriteWithImmediateDataTakesTheReceiveOfAMessageThatWasDropped() {
        end.postReceive(1, 0, 1000);
        hand(SEND_FIRST, 0, MTU, 1);

        handWrite(WRITE_FIRST, 5, MTU, 2, MTU + 4);
        peer.hand(WRITE_LAST_WITH_IMMEDIATE, 6, 4, 2, packet -> packet.immDt().set(9));

        final Completion completion = end.receives.getFirst();
        assertEquals(CompletionOpcodes.RECEIVE_RDMA_WITH_IMMEDIATE, completion.operation());
        assertEquals(CompletionFlags.WITH_IMMEDIATE, completion.flags());
        assertEquals(9, completion.immediate());
        assertReceived(0, 1, MTU + 4);
        assertContent(TARGET, MTU + 4, 2);
    }

    @Test
    void aReceiveFromASharedQueueCompletesWithAnErrorWhenItsMessageIsDropped() {
        shareTheReceiveQueue();
        end.postReceive(1, 0, 1000);
        end.postReceive(2, 1000, 1000);

        hand(SEND_FIRST, 0, MTU, 1);
        hand(SEND_ONLY, 5, 3, 2);

        assertEquals(CompletionStatuses.REMOTE_INVALID_REQUEST, end.receives.getFirst().status());
        assertEquals(1, end.receives.getFirst().workRequestId());
        assertReceived(1, 2, 3);
        assertEquals(ConnectionState.READY_TO_SEND, end.service.state());
    }

    @Test
    void packetsOfTheWrongLengthAreDropped() {
        end.postReceive(1, 0, 1000);

        hand(SEND_FIRST, 0, MTU - 4, 1);
        hand(SEND_LAST, 1, 10, 1);
        hand(SEND_ONLY, 2, MTU + 4, 1);

        assertEquals(List.of(), end.receives);
        assertEquals(2, end.counters.get(TransportCounter.DROPPED_LENGTH));
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_OUT_OF_SEQUENCE));
    }

    @Test
    void aWriteThatTheQueuePairDoesNotAllowIsDropped() {
        ((UnreliableConnection) end.service).remoteRights(0);

        handWrite(WRITE_ONLY, 0, 8, 1, 8);

        assertContent(TARGET, 8, 0);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_ACCESS));
        assertEquals(ConnectionState.READY_TO_SEND, end.service.state());
    }

    @Test
    void aWriteWhoseMemoryIsDeregisteredMeanwhileIsDropped() {
        handWrite(WRITE_FIRST, 0, MTU, 1, 2 * MTU);
        end.memory.deregister(end.region);

        hand(Opcode.UNRELIABLE + Opcode.WRITE_LAST, 1, MTU, 1);

        assertContent(TARGET + MTU, MTU, 0);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_ACCESS));
    }

    @Test
    void packetsOfOtherServicesAndOtherPeersAreDropped() {
        end.postReceive(1, 0, 1000);

        hand(Opcode.SEND_ONLY, 0, 8, 1);
        peer.hand(Opcode.DATAGRAM_SEND_ONLY, 0, 8, 1, packet -> packet.deth().set(0, 1));
        assertEquals(2, end.counters.get(TransportCounter.DROPPED_OPCODE));
        hand(SEND_ONLY, 0, 8, 1);
        assertEquals(1, end.receives.size());
        peer.handFrom(UnreliablePeer.PEER_ADDRESS + 1);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_PEER));
        peer.packet.buffer().put(peer.packet.payloadOffset(), (byte) 99);
        peer.handRaw();
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertEquals(1, end.receives.size());
    }

    @Test
    void nothingIsAnswered() {
        end.postReceive(1, 0, 1000);

        hand(SEND_ONLY, 0, 8, 1);
        hand(SEND_ONLY, 9, 8, 1);
        handWrite(WRITE_ONLY, 10, 8, 1, 8);
        peer.transmit();

        assertTrue(peer.sent.isEmpty(), peer.sent.toString());
    }

    @Test
    void theFirstPacketOfAPeerIsReportedOnce() {
        final UnreliableConnection connection = (UnreliableConnection) end.service;
        connection.reset();
        connection.initialize(UnreliableEnd.RIGHTS);
        connection.readyToReceive(end.path, MTU, UnreliablePeer.PEER_NUMBER, UnreliablePeer.FIRST_PSN);

        handWrite(WRITE_ONLY, 0, 8, 1, 8);
        handWrite(WRITE_ONLY, 1, 8, 1, 8);

        assertEquals(List.of(EventTypes.COMMUNICATION_ESTABLISHED), end.events);
    }

    @Test
    void aMessageInProgressIsFlushedWithTheOthers() {
        end.postReceive(1, 0, 1000);
        end.postReceive(2, 0, 1000);
        hand(SEND_FIRST, 0, MTU, 1);

        end.service.error();

        assertEquals(List.of(1L, 2L), end.receives.stream().map(Completion::workRequestId).toList());
        assertTrue(end.receives.stream().allMatch(
            completion -> completion.status() == CompletionStatuses.WORK_REQUEST_FLUSHED));
    }

    @Test
    void aRequestIsSentInPacketsWithTheOpcodesOfItsService() {
        end.post(1, WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, SendFlags.SIGNALED | SendFlags.SOLICITED, 0,
            2 * MTU + 1, 0x1234, 77);
        end.post(2, WorkRequestOpcodes.SEND, 0, 0, 0, 0, 0);

        peer.transmit();

        assertEquals(
            List.of(Opcode.WRITE_FIRST, Opcode.WRITE_MIDDLE, Opcode.WRITE_LAST_WITH_IMMEDIATE, Opcode.SEND_ONLY),
            peer.sent.stream().map(packet -> packet.bth().opcode() - Opcode.UNRELIABLE).toList());
        assertEquals(List.of(0xFF_FFFE, 0xFF_FFFF, 0, 1),
            peer.sent.stream().map(packet -> packet.bth().packetSequenceNumber()).toList());
        assertEquals(List.of(false, false, true, false),
            peer.sent.stream().map(packet -> packet.bth().isSolicited()).toList());
        final RocePacket first = peer.sent.getFirst();
        assertEquals(UnreliablePeer.PEER_NUMBER, first.bth().destinationQueuePair());
        assertEquals(2 * MTU + 1, first.reth().dmaLengthBytes());
        assertEquals(List.of(1L), end.sends.stream().map(Completion::workRequestId).toList());
        assertEquals(CompletionOpcodes.RDMA_WRITE, end.sends.getFirst().operation());
    }

    @Test
    void memoryThatIsDeregisteredDuringARequestEndsTheConnection() {
        end.post(1, WorkRequestOpcodes.SEND, 0, 0, 3 * MTU, 0, 0);
        end.post(2, WorkRequestOpcodes.SEND, 0, 0, 1, 0, 0);
        assertTrue(end.service.transmit(0, 1), "more to send");

        end.memory.deregister(end.region);
        peer.transmit();

        assertEquals(1, peer.sent.size());
        assertEquals(List.of(CompletionStatuses.LOCAL_PROTECTION_ERROR, CompletionStatuses.WORK_REQUEST_FLUSHED),
            end.sends.stream().map(Completion::status).toList());
        assertEquals(ConnectionState.ERROR, end.service.state());
    }

    @Test
    void drainingFinishesTheRequestInProgressAndStartsNoOther() {
        end.post(1, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0, 2 * MTU, 0, 0);
        end.post(2, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0, 1, 0, 0);
        end.service.transmit(0, 1);

        end.service.drain();
        assertTrue(end.service.isDraining());
        peer.transmit();
        assertFalse(end.service.isDraining());
        assertEquals(2, peer.sent.size());
        assertEquals(List.of(EventTypes.SEND_QUEUE_DRAINED), end.events);
        end.service.resume();
        peer.transmit();

        assertEquals(3, peer.sent.size());
        assertEquals(List.of(1L, 2L), end.sends.stream().map(Completion::workRequestId).toList());
    }

    @Test
    void impossibleChangesOfStateAreRefused() {
        final UnreliableConnection connection = (UnreliableConnection) end.service;
        assertThrows(IllegalStateException.class, () -> connection.initialize(0));
        assertThrows(IllegalStateException.class, () -> connection.readyToSend(0));
        connection.reset();
        assertThrows(IllegalStateException.class, connection::drain);
        assertThrows(IllegalStateException.class, connection::error);
        assertThrows(IllegalStateException.class,
            () -> connection.readyToReceive(end.path, MTU, UnreliablePeer.PEER_NUMBER, 0));
    }
}
