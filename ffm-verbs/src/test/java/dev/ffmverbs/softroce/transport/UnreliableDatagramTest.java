// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a queue pair for datagrams does with single packets. */
class UnreliableDatagramTest {

    private static final int HEADER = 40;
    private static final int SENDER = 0x44;

    private final UnreliablePeer peer = UnreliablePeer.ofDatagram();
    private final UnreliableEnd end = peer.end;

    @AfterEach
    void close() {
        peer.close();
    }

    private void hand(final int bytes, final int queueKey) {
        peer.hand(Opcode.DATAGRAM_SEND_ONLY, 0, bytes, 5, packet -> packet.deth().set(queueKey, SENDER));
    }

    @Test
    void aDatagramArrivesBehindTheIpHeaderThatItsPacketHad() {
        end.postReceive(1, 0, 100);

        peer.hand(Opcode.DATAGRAM_SEND_ONLY_WITH_IMMEDIATE, 0, 3, 5, packet -> {
            packet.deth().set(UnreliableEnd.QUEUE_KEY, SENDER);
            packet.immDt().set(77);
        });

        final Completion completion = end.receives.getFirst();
        assertEquals(CompletionStatuses.SUCCESS, completion.status());
        assertEquals(HEADER + 3, completion.byteLength());
        assertEquals(77, completion.immediate());
        assertEquals(CompletionFlags.GLOBAL_ROUTING_HEADER | CompletionFlags.WITH_IMMEDIATE, completion.flags());
        assertEquals(List.of(SENDER), end.sources);
        // Total length 60: IPv4 and UDP headers, BTH, DETH, immediate data, 4 bytes with padding, and checksum.
        assertEquals("00".repeat(20) + "4500003c00004000401126af0a0000020a000001",
            HexFormat.of().formatHex(end.content(0, HEADER)));
        assertArrayEquals(new byte[] {5, 5, 5, 0}, end.content(HEADER, 4));
    }

    /** Linux rxe counts the identification up. It follows from the checksum, and belongs to the header. */
    @Test
    void theHeaderNamesTheIdentificationThatThePacketHad() {
        end.postReceive(1, 0, 100);
        final RocePacket packet = peer.packet;
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, UnreliablePeer.NUMBER, 0, 0);
        packet.deth().set(UnreliableEnd.QUEUE_KEY, SENDER);
        packet.endPayload(0);
        new Icrc().seal(
            packet, new UdpPath(UnreliablePeer.PEER_ADDRESS, 50_001, UnreliablePeer.ADDRESS, 4791), 0xBEEF);

        peer.handRaw();

        assertEquals("beef", HexFormat.of().formatHex(end.content(24, 2)));
    }

    @Test
    void anyoneWhoKnowsTheKeyMaySend() {
        end.postReceive(1, 0, 100);
        hand(0, UnreliableEnd.QUEUE_KEY);
        end.postReceive(2, 0, 100);
        final RocePacket packet = peer.packet;
        new Icrc().seal(packet, new UdpPath(99, 50_001, UnreliablePeer.ADDRESS, 4791), 0);
        peer.handFrom(99);

        assertEquals(2, end.receives.size());
        assertEquals("00000063", HexFormat.of().formatHex(end.content(32, 4)));
    }

    @Test
    void aWrongKeyIsDroppedAndCounted() {
        end.postReceive(1, 0, 100);

        hand(8, UnreliableEnd.QUEUE_KEY + 1);

        assertEquals(List.of(), end.receives);
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_QUEUE_KEY));
        assertEquals(1, end.receiveQueue.available());
    }

    @Test
    void aDatagramWithoutAReceiveIsDroppedAndCounted() {
        hand(8, UnreliableEnd.QUEUE_KEY);

        assertEquals(1, end.counters.get(TransportCounter.DROPPED_NO_RECEIVE));
        assertEquals(ConnectionState.READY_TO_SEND, end.service.state());
    }

    @Test
    void packetsOfConnectionsAndCorruptOnesAreDropped() {
        end.postReceive(1, 0, 100);

        peer.hand(Opcode.SEND_ONLY, 0, 8, 1, packet -> { });
        peer.hand(Opcode.UNRELIABLE + Opcode.SEND_ONLY, 0, 8, 1, packet -> { });
        assertEquals(2, end.counters.get(TransportCounter.DROPPED_OPCODE));
        hand(8, UnreliableEnd.QUEUE_KEY + 1);
        peer.packet.deth().set(UnreliableEnd.QUEUE_KEY, SENDER);
        peer.handRaw();

        assertEquals(1, end.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertEquals(List.of(), end.receives);
    }

    @Test
    void aReceiveThatIsTooShortFailsAndTheOthersAreFlushed() {
        end.postReceive(1, 0, HEADER + 7);
        end.postReceive(2, 0, 100);

        hand(8, UnreliableEnd.QUEUE_KEY);

        assertEquals(List.of(CompletionStatuses.LOCAL_LENGTH_ERROR, CompletionStatuses.WORK_REQUEST_FLUSHED),
            end.receives.stream().map(Completion::status).toList());
        assertEquals(ConnectionState.ERROR, end.service.state());
    }

    @ParameterizedTest
    @ValueSource(ints = {UnreliableEnd.MTU + 4, 4096, 4108})
    void aDatagramLongerThanTheMtuIsDroppedAndCounted(final int bytes) {
        end.postReceive(1, 0, 8192);

        hand(bytes, UnreliableEnd.QUEUE_KEY);

        assertEquals(List.of(), end.receives);
        assertEquals(1, end.receiveQueue.available());
        assertEquals(1, end.counters.get(TransportCounter.DROPPED_LENGTH));
        assertEquals(ConnectionState.READY_TO_SEND, end.service.state());
    }

    @Test
    void aReceiveForTheMtuSufficesWhateverArrives() {
        end.postReceive(1, 0, HEADER + UnreliableEnd.MTU);

        hand(UnreliableEnd.MTU + 4, UnreliableEnd.QUEUE_KEY);
        hand(UnreliableEnd.MTU, UnreliableEnd.QUEUE_KEY);

        assertEquals(List.of(CompletionStatuses.SUCCESS), end.receives.stream().map(Completion::status).toList());
    }

    @Test
    void aDatagramIsSentToTheQueuePairThatItNamesWithTheKeyThatItNames() {
        end.postDatagram(1, WorkRequestOpcodes.SEND_WITH_IMMEDIATE, SendFlags.SIGNALED | SendFlags.SOLICITED, 0, 5,
            0x123456, 0x7654_3210);
        end.postDatagram(2, WorkRequestOpcodes.SEND, 0, 0, UnreliableEnd.MTU, 0x654321, 0x8000_0000);

        peer.transmit();

        final RocePacket first = peer.sent.poll();
        assertEquals(Opcode.DATAGRAM_SEND_ONLY_WITH_IMMEDIATE, first.bth().opcode());
        assertEquals(0x123456, first.bth().destinationQueuePair());
        assertTrue(first.bth().isSolicited());
        assertFalse(first.bth().isAcknowledgeRequested());
        assertEquals(0x7654_3210, first.deth().queueKey());
        assertEquals(UnreliablePeer.NUMBER, first.deth().sourceQueuePair());
        assertEquals(1, first.immDt().value());
        assertEquals(5, first.payloadBytes());
        final RocePacket second = peer.sent.poll();
        assertEquals(Opcode.DATAGRAM_SEND_ONLY, second.bth().opcode());
        assertEquals(UnreliableEnd.QUEUE_KEY, second.deth().queueKey(), "the sender's own key");
        assertEquals(UnreliableEnd.MTU, second.payloadBytes());
        assertEquals(List.of(1L), end.sends.stream().map(Completion::workRequestId).toList());
    }

    @Test
    void aMessageLongerThanTheMtuCompletesAndIsNotSent() {
        end.postDatagram(1, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0, UnreliableEnd.MTU + 1, 1, 1);
        end.postDatagram(2, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0, 1, 1, 1);

        peer.transmit();

        assertEquals(1, peer.sent.size());
        assertEquals(List.of(1L, 2L), end.sends.stream().map(Completion::workRequestId).toList());
        assertTrue(end.sends.stream().allMatch(completion -> completion.status() == CompletionStatuses.SUCCESS));
        assertEquals(1, end.counters.get(TransportCounter.DATAGRAMS_TOO_LONG));
    }

    @Test
    void aDatagramWithoutADestinationIsNotValid() {
        final long slot = end.sendQueue.claim();
        end.sendQueue.request(slot, 1, WorkRequestOpcodes.SEND, 0, 0);
        end.sendQueue.destination(slot, null, 1, 1);
        assertFalse(end.sendQueue.publish(slot));
        assertFalse(end.sendQueue.supports(WorkRequestOpcodes.RDMA_WRITE));
    }

    @Test
    void impossibleChangesOfStateAreRefused() {
        final UnreliableDatagram datagram = (UnreliableDatagram) end.service;
        assertThrows(IllegalStateException.class, () -> datagram.initialize(1));
        assertThrows(IllegalStateException.class, datagram::readyToReceive);
        assertThrows(IllegalStateException.class, () -> datagram.readyToSend(0));
        datagram.reset();
        assertThrows(IllegalStateException.class, datagram::readyToReceive);
        assertThrows(IllegalStateException.class, datagram::drain);
    }
}
