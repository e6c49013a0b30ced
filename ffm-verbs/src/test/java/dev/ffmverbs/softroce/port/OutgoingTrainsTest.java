// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which packets travel in one train. */
class OutgoingTrainsTest {

    private static final UdpPath PATH = new UdpPath(1, 4791, 2, 4791);
    private static final UdpPath SAME = new UdpPath(1, 4791, 2, 4791);

    private final OutgoingTrains trains = new OutgoingTrains();

    private int add(final UdpPath path, final int payloadBytes, final boolean mayFollow) {
        final RocePacket packet = trains.claim();
        packet.begin(Opcode.SEND_ONLY, 2, 0, 0);
        packet.endPayload(payloadBytes);
        final int index = trains.place(path, mayFollow);
        trains.add(path);
        return index;
    }

    private List<Integer> packetsByMessage() {
        final List<Integer> packets = new ArrayList<>();
        for (int i = 0; i < trains.prepare(0); i++) {
            packets.add(trains.packets(i));
        }
        return packets;
    }

    @Test
    void packetsOfOneLengthAndPathFollowEachOther() {
        for (int i = 0; i < 5; i++) {
            assertEquals(i, add(i % 2 == 0 ? PATH : SAME, 100, true));
        }
        assertEquals(List.of(5), packetsByMessage());
    }

    @Test
    void aShorterPacketIsTheLast() {
        add(PATH, 100, true);
        assertEquals(1, add(PATH, 8, true));
        assertEquals(0, add(PATH, 8, true));
        assertEquals(1, add(PATH, 8, true));
        assertEquals(List.of(2, 2), packetsByMessage());
    }

    @Test
    void aLongerPacketStartsATrain() {
        add(PATH, 8, true);
        assertEquals(0, add(PATH, 100, true));
        assertEquals(1, add(PATH, 100, true));
        assertEquals(List.of(1, 2), packetsByMessage());
    }

    @Test
    void anotherPathOrTrafficClassStartsATrain() {
        add(PATH, 100, true);
        assertEquals(0, add(new UdpPath(1, 4791, 3, 4791), 100, true));
        assertEquals(0, add(new UdpPath(1, 4791, 3, 4792), 100, true));
        assertEquals(0, add(new UdpPath(1, 4791, 3, 4792, 8), 100, true));
        assertEquals(0, add(PATH, 100, true), "only the last train grows");
        assertEquals(List.of(1, 1, 1, 1, 1), packetsByMessage());
    }

    @Test
    void packetsForAPeerWithoutTrainsLeaveAlone() {
        assertEquals(0, add(PATH, 100, false));
        assertEquals(0, add(PATH, 100, false));
        assertEquals(0, add(PATH, 100, true), "nothing follows a packet that must leave alone");
        assertEquals(List.of(1, 1, 1), packetsByMessage());
    }

    @Test
    void trainsAreBoundedInPacketsAndBytes() {
        for (int i = 0; i < 2 * PacketSink.MAX_TRAIN_PACKETS; i++) {
            assertEquals(i % PacketSink.MAX_TRAIN_PACKETS, add(PATH, 8, true));
        }
        assertEquals(List.of(64, 64), packetsByMessage());
        trains.clear();
        for (int i = 0; i < 16; i++) {
            add(PATH, 4096, true);
        }
        assertEquals(List.of(15, 1), packetsByMessage(), "65 000 bytes at most");
    }

    @Test
    void aPacketThatWasNotPlacedLeavesAlone() {
        add(PATH, 100, true);
        final RocePacket packet = trains.claim();
        packet.begin(Opcode.SEND_ONLY, 2, 0, 0);
        packet.endPayload(100);
        trains.add(PATH);
        assertEquals(0, add(PATH, 100, true));
        assertEquals(List.of(1, 1, 1), packetsByMessage());
    }

    @Test
    void anAbandonedPacketLeavesNoTrace() {
        add(PATH, 100, true);
        final RocePacket packet = trains.claim();
        packet.begin(Opcode.SEND_ONLY, 2, 0, 0);
        packet.endPayload(8);
        assertEquals(1, trains.place(PATH, true));
        assertEquals(1, add(PATH, 100, true));
        assertEquals(List.of(2), packetsByMessage());
    }

    @Test
    void packetsOfATrainAreFoundAgain() {
        add(PATH, 8, true);
        add(PATH, 100, true);
        add(PATH, 100, true);
        add(PATH, 4, true);
        trains.prepare(0);
        assertEquals(8, trains.view(0, 0).payloadBytes());
        assertEquals(100, trains.view(1, 1).payloadBytes());
        assertEquals(4, trains.view(1, 2).payloadBytes());
    }

    @Test
    void roomIsBounded() {
        int packets = 0;
        while (trains.hasRoom()) {
            add(PATH, 4096, true);
            packets++;
        }
        assertTrue(packets >= 60, packets + " packets of 4 KiB");
        trains.clear();
        assertTrue(trains.isEmpty());
        while (trains.hasRoom()) {
            add(PATH, 8, false);
        }
        assertEquals(OutgoingTrains.MAX_MESSAGES, trains.prepare(0));
        assertFalse(trains.isEmpty());
    }
}
