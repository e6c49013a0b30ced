// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.EventTypes;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests two connections that take receives from one queue. */
class SharedReceiveQueueTest {

    private static final UdpPath PATH = new UdpPath(1, 4791, 2, 4791);
    private static final int FIRST = 5;

    private final Arena arena = Arena.ofShared();
    private final Icrc icrc = new Icrc();
    private final ReceiveQueue shared = new ReceiveQueue(arena, 2, 1, true);
    private final List<String> completions = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();
    private final ReliableConnection one = connection(11);
    private final ReliableConnection two = connection(12);

    @AfterEach
    void close() {
        arena.close();
    }

    private ReliableConnection connection(final int number) {
        final PacketSink nowhere = new PacketSink() {
            @Override
            public RocePacket claim() {
                return null;
            }

            @Override
            public void submit(final RocePacket packet, final UdpPath path) {
                throw new AssertionError("nothing was claimed");
            }
        };
        final TransportContext context = new TransportContext(new MemoryTable(new Random(1)), icrc, nowhere,
            new TransportCounters(), (type, queuePair) -> events.add(type), TransportSettings.DEFAULT);
        final CompletionSink sink = (id, status, vendor, operation, bytes, immediate, flags, pair, solicited) ->
            completions.add("receive " + id + " status " + status + " on " + pair);
        final ReliableConnection connection = new ReliableConnection(
            arena, number, 1, context, new SendQueue(arena, 1, 1, 0), shared, sink, sink, false);
        connection.initialize(0);
        connection.readyToReceive(new ReceiveAttributes(PATH, 256, 1, FIRST, 1, 1));
        return connection;
    }

    private void postReceive(final long id) {
        final long slot = shared.claim();
        assertNotEquals(ReceiveQueue.FULL, slot);
        shared.request(slot, id);
        shared.publish();
    }

    private void send(final ReliableConnection target, final int opcode, final int psn) {
        final RocePacket packet = new RocePacket();
        packet.begin(opcode, target.number(), psn, 0);
        packet.endPayload(0);
        icrc.seal(packet, new UdpPath(2, 4791, 1, 4791));
        target.receive(packet, Arrival.over(new UdpPath(2, 4791, 1, 4791)), 0);
    }

    @Test
    void theQueuePairThatGetsAMessageTakesTheOldestReceive() {
        postReceive(1);
        postReceive(2);
        assertEquals(ReceiveQueue.FULL, shared.claim());
        send(two, Opcode.SEND_ONLY, FIRST);
        postReceive(3);
        send(one, Opcode.SEND_ONLY, FIRST);
        send(two, Opcode.SEND_ONLY, FIRST + 1);
        assertEquals(
            List.of("receive 1 status 0 on 12", "receive 2 status 0 on 11", "receive 3 status 0 on 12"), completions);
    }

    @Test
    void anErrorLeavesTheQueueToTheOthersAndSaysSo() {
        postReceive(1);
        one.error();
        assertTrue(completions.isEmpty());
        assertEquals(1, shared.available());
        assertEquals(EventTypes.LAST_REQUEST_REACHED, events.getLast());
        send(two, Opcode.SEND_ONLY, FIRST);
        assertEquals(List.of("receive 1 status 0 on 12"), completions);
    }

    @Test
    void resetLeavesTheQueueToTheOthers() {
        postReceive(1);
        one.reset();
        assertEquals(1, shared.available());
    }
}
