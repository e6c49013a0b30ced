// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.EventTypes;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests that a connection learns nothing about its peer from packets that name its address and queue pair, but no
 * sequence number that the peer uses.
 */
class ForgedSequenceNumbersTest extends ResponderTestBase {

    /** Distance to every sequence number that the peer uses. */
    private static final int FAR = 1 << 22;
    private static final int LARGE_IDENTIFICATION = 50_000;

    private void forgeRequest(final int number) {
        peer.send(Opcode.WRITE_ONLY, FIRST + FAR + number, 4, rdma(0, 4));
        peer.answers.clear();
    }

    private void forgeResponse(final int number) {
        peer.send(Opcode.ACKNOWLEDGE, FIRST + FAR + number, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
    }

    private void sendWithLargeIdentification(final int psn) {
        peer.packet.begin(Opcode.WRITE_ONLY, RawPeer.NUMBER, psn & 0xFF_FFFF, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        peer.packet.reth().set(endpoint.at(0), endpoint.key(), 4);
        peer.packet.endPayload(4);
        peer.seal(LARGE_IDENTIFICATION);
        peer.handRaw();
        peer.transmit();
    }

    @Test
    void forgedRequestsDoNotChangeWhichIdentificationsThePeerUses() {
        sendWithLargeIdentification(FIRST);
        assertAcknowledged(FIRST, 1);
        forgeRequest(0);
        forgeRequest(1);

        sendWithLargeIdentification(FIRST + 1);

        assertEquals(0, endpoint.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertAcknowledged(FIRST + 1, 2);
    }

    @Test
    void forgedResponsesDoNotChangeWhichIdentificationsThePeerUses() {
        forgeResponse(0);
        forgeResponse(1);

        sendWithLargeIdentification(FIRST);

        assertEquals(0, endpoint.counters.get(TransportCounter.DROPPED_CHECKSUM));
        assertAcknowledged(FIRST, 1);
    }

    @Test
    void packetsOfThePeerStillShowThatItSendsTrains() {
        for (int i = 0; i < 2; i++) {
            peer.send(Opcode.WRITE_ONLY, FIRST + i, 4, rdma(0, 4));
        }

        sendWithLargeIdentification(FIRST + 2);

        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_CHECKSUM));
    }

    @Test
    void forgedPacketsAreNoSignOfLife() {
        endpoint.connection.probe();
        forgeRequest(0);
        forgeResponse(0);
        assertEquals(List.of(), endpoint.events);

        peer.send(Opcode.ACKNOWLEDGE, FIRST - 1, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 0));
        assertEquals(List.of(AsynchronousEvents.PEER_ANSWERED), endpoint.events);
    }

    @Test
    void forgedRequestsDoNotEstablishAConnection() {
        endpoint.connection.reset();
        endpoint.connection.initialize(Endpoint.ALL_RIGHTS);
        endpoint.connection.readyToReceive(
            new ReceiveAttributes(endpoint.path, RawPeer.MTU, RawPeer.PEER_NUMBER, FIRST, 4, 1));
        forgeRequest(0);
        assertEquals(List.of(), endpoint.events);

        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertEquals(List.of(EventTypes.COMMUNICATION_ESTABLISHED), endpoint.events);
    }
}
