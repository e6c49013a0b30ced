// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** A responder, a peer that sends it single packets, and checks of its answers. */
abstract class ResponderTestBase {

    static final int FIRST = RawPeer.FIRST_PSN;
    static final Consumer<RocePacket> NO_HEADERS = packet -> { };

    final RawPeer peer = new RawPeer(4);
    final Endpoint endpoint = peer.endpoint;

    @AfterEach
    void close() {
        peer.close();
    }

    /** The header of a READ or WRITE of the endpoint's memory. */
    Consumer<RocePacket> rdma(final long offset, final long bytes) {
        return packet -> packet.reth().set(endpoint.at(offset), endpoint.key(), bytes);
    }

    /** The header of an atomic that adds to a number in the endpoint's memory. */
    Consumer<RocePacket> add(final long offset, final long value) {
        return packet -> packet.atomicEth().set(endpoint.at(offset), endpoint.key(), value, 0);
    }

    /** Takes the next answer and compares it. */
    void assertAnswer(final int opcode, final int psn, final int syndrome, final int msn) {
        final RocePacket answer = peer.answers.poll();
        assertNotNull(answer, "no answer");
        assertEquals(opcode, answer.bth().opcode(), "opcode");
        assertEquals(psn & 0xFF_FFFF, answer.bth().packetSequenceNumber(), "psn");
        assertEquals(RawPeer.PEER_NUMBER, answer.bth().destinationQueuePair());
        if (Opcode.is(opcode, Opcode.AETH)) {
            assertEquals(syndrome, answer.aeth().syndrome(), "syndrome");
            assertEquals(msn, answer.aeth().messageSequenceNumber(), "msn");
        }
    }

    void assertAcknowledged(final int psn, final int msn) {
        assertAnswer(Opcode.ACKNOWLEDGE, psn, Syndrome.ACKNOWLEDGE, msn);
    }

    /** The next answer is a NAK and the last one. */
    void assertRefused(final int psn, final int syndrome, final ConnectionState state) {
        assertAnswer(Opcode.ACKNOWLEDGE, psn, syndrome, 0);
        assertTrue(peer.answers.isEmpty(), "one answer only");
        assertEquals(state, endpoint.connection.state());
    }
}
