// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which of the replies kept answers a repeated request. */
class ReplyQueueTest {

    private static final int PSN = 77;

    private final RawPeer peer = new RawPeer(4);
    private final Deque<RocePacket> sent = new ArrayDeque<>();
    private final ReplyQueue replies = queue();

    @AfterEach
    void close() {
        peer.close();
    }

    private ReplyQueue queue() {
        final PacketSink sink = new PacketSink() {
            @Override
            public RocePacket claim() {
                return new RocePacket();
            }

            @Override
            public void submit(final RocePacket packet, final UdpPath path) {
                sent.add(packet);
            }
        };
        final Endpoint endpoint = peer.endpoint;
        final TransportContext context = new TransportContext(endpoint.memory, endpoint.icrc, sink, endpoint.counters,
            (type, queuePair) -> { }, TransportSettings.DEFAULT);
        final OutgoingPackets out = new OutgoingPackets(context, endpoint.connection.trains());
        out.connect(endpoint.path, RawPeer.PEER_NUMBER);
        final ReplyQueue queue = new ReplyQueue(out, context, Endpoint.PROTECTION_DOMAIN, endpoint.connection);
        queue.connect(4, RawPeer.MTU);
        return queue;
    }

    private void execute(final int msn, final long original) {
        replies.admit().atomic(PSN, msn, original);
        assertTrue(replies.sendNext());
    }

    @Test
    void anAtomicIsAnsweredAgainFromTheNewestReplyAfterTheSequenceNumbersHaveWrapped() {
        execute(1, 10);
        execute(2, 20);
        sent.clear();
        final RocePacket request = new RocePacket();
        request.begin(Opcode.FETCH_ADD, RawPeer.NUMBER, PSN, 0);

        assertTrue(replies.repeat(request, PSN));
        assertTrue(replies.sendNext());

        assertEquals(20, sent.getFirst().atomicAckEth().originalValue());
    }
}
