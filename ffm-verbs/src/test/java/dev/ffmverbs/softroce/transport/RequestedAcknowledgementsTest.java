// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that a requester that stops has asked for an acknowledgement of everything before. */
class RequestedAcknowledgementsTest {

    private static final int FIRST = RawPeer.FIRST_PSN;
    private static final long REMOTE = 0x1234_5678L;
    private static final int RKEY = 0xCAFE;
    /** An offset outside the memory of the endpoint, so that the request cannot start. */
    private static final int UNREGISTERED = -1;

    private final RawPeer peer = new RawPeer(4);
    private final Endpoint endpoint = peer.endpoint;

    @AfterEach
    void close() {
        peer.close();
    }

    private void postWrite(final long id, final int flags, final int offset, final int bytes) {
        endpoint.post(id, WorkRequestOpcodes.RDMA_WRITE, flags, offset, bytes, REMOTE, RKEY);
    }

    private void acknowledge(final int psn) {
        peer.send(Opcode.ACKNOWLEDGE, psn, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
    }

    /** The last packet sent has the number before the first unanswered one, and asks for an acknowledgement. */
    private void assertAsks(final int packetsBefore) {
        assertEquals(packetsBefore + 1, peer.answers.size());
        final RocePacket last = peer.answers.getLast();
        assertEquals(Opcode.SEND_ONLY, last.bth().opcode());
        assertEquals(FIRST - 1, last.bth().packetSequenceNumber());
        assertTrue(last.bth().isAcknowledgeRequested());
        assertEquals(0, last.payloadBytes());
    }

    @Test
    void asksForAnAcknowledgementBeforeARequestThatCannotStart() {
        postWrite(1, 0, 0, 4);
        postWrite(2, 0, UNREGISTERED, 4);
        peer.transmit();
        assertAsks(1);

        acknowledge(FIRST);
        assertEquals(List.of(CompletionStatuses.LOCAL_PROTECTION_ERROR),
            endpoint.sends.stream().map(Completion::status).toList());
        assertEquals(2L, endpoint.sends.getFirst().workRequestId());
    }

    @Test
    void asksForAnAcknowledgementBeforeTheRestOfARequestWhoseMemoryVanishes() {
        postWrite(1, 0, 0, 4);
        postWrite(2, 0, 0, 3 * RawPeer.MTU);
        endpoint.connection.transmit(peer.nowNs, 2);
        endpoint.memory.deregister(endpoint.region);
        peer.transmit();

        assertAsks(2);
    }

    @Test
    void asksOnce() {
        postWrite(1, 0, 0, 4);
        postWrite(2, 0, UNREGISTERED, 4);
        peer.transmit();
        peer.transmit();

        assertAsks(1);
    }

    @Test
    void doesNotAskForWhatHasAsked() {
        postWrite(1, SendFlags.SIGNALED, 0, 4);
        postWrite(2, 0, UNREGISTERED, 4);
        peer.transmit();

        assertEquals(1, peer.answers.size());
    }

    /** Before that, the peer acknowledges nothing that follows the READ. */
    @Test
    void asksForAnAcknowledgementBehindAReadWhenThatIsAnswered() {
        endpoint.post(1, WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, 0, 4, REMOTE, RKEY);
        postWrite(2, 0, 0, 4);
        postWrite(3, 0, UNREGISTERED, 4);
        peer.transmit();
        assertEquals(2, peer.answers.size());

        peer.send(Opcode.READ_RESPONSE_ONLY, FIRST, 4, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
        peer.transmit();

        final RocePacket last = peer.answers.getLast();
        assertEquals(3, peer.answers.size());
        assertEquals(FIRST, last.bth().packetSequenceNumber());
        assertTrue(last.bth().isAcknowledgeRequested());
    }

    @Test
    void asksForAnAcknowledgementOfTheLastRequestThatIsSentBeforeDraining() {
        postWrite(1, 0, 0, 4);
        postWrite(2, 0, 0, 4);
        endpoint.connection.transmit(peer.nowNs, 1);
        endpoint.connection.drain();
        peer.transmit();
        assertAsks(1);

        acknowledge(FIRST);
        assertEquals(List.of(EventTypes.SEND_QUEUE_DRAINED), endpoint.events);
    }
}
