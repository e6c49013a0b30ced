// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what becomes of a receive if placing its datagram ends with an exception. */
class DatagramReceiverTest {

    private static final int BYTES = 8192;
    /** More than any packet that a queue pair passes on. Its copy ends with an exception. */
    private static final int IMPOSSIBLE_BYTES = RocePacket.MAX_PAYLOAD_BYTES + 12;

    private final UnreliablePeer peer = UnreliablePeer.ofDatagram();
    private final UnreliableEnd end = peer.end;
    private final List<Long> completed = new ArrayList<>();
    private final ReceiveQueue receives = new ReceiveQueue(end.arena, 4, 1, false);
    private final CompletionSink sink = (id, status, vendor, operation, bytes, immediate, flags, pair, solicited) ->
        completed.add(id);
    private final DatagramReceiver receiver = new DatagramReceiver(end.arena, end.service,
        new QueuePairQueues(end.sendQueue, receives, sink, sink, false), new ScatterGather(end.memory, 7));

    @BeforeEach
    void failToPlaceADatagram() {
        postReceive(1);
        postReceive(2);
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, UnreliablePeer.NUMBER, 0, 0);
        packet.endPayload(IMPOSSIBLE_BYTES);
        final Arrival arrival = Arrival.over(
            new UdpPath(UnreliablePeer.PEER_ADDRESS, 50_001, UnreliablePeer.ADDRESS, 4791));
        assertThrows(IndexOutOfBoundsException.class, () -> receiver.receive(packet, 0, arrival));
    }

    @AfterEach
    void close() {
        peer.close();
    }

    private void postReceive(final long id) {
        final long slot = receives.claim();
        receives.request(slot, id);
        receives.addElement(slot, end.at(0), BYTES, end.region.key());
        receives.publish();
    }

    @Test
    void theReceiveTakenIsFlushedBeforeTheOthers() {
        receiver.flush();

        assertEquals(List.of(1L, 2L), completed);
    }

    @Test
    void theReceiveTakenIsDiscardedWithTheOthers() {
        receiver.clear();
        receiver.flush();

        assertEquals(List.of(), completed);
    }
}
