// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PacketTextTest {

    private static final long SEED = 4711;

    @Test
    void describesTheHeadersOfTheOpcode() {
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.WRITE_ONLY_WITH_IMMEDIATE, 17, 0xABCDEF, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        packet.reth().set(0x7000, 0x1234, 5);
        packet.immDt().set(0x99);
        packet.endPayload(5);
        assertEquals("RocePacket[WRITE_ONLY_WITH_IMMEDIATE, destinationQueuePair=17, psn=11259375,"
            + " acknowledgeRequested, remoteAddress=0x7000, rkey=0x1234, dmaLengthBytes=5, immediate=0x99,"
            + " payloadBytes=5, lengthBytes=44]", packet.toString());

        packet.begin(Opcode.ACKNOWLEDGE, 17, 1, 0);
        packet.aeth().set(Syndrome.NAK_REMOTE_ACCESS_ERROR, 3);
        assertEquals("RocePacket[ACKNOWLEDGE, destinationQueuePair=17, psn=1, NAK remote access error, msn=3,"
            + " lengthBytes=20]", packet.toString());
    }

    @Test
    void describesRandomBytes() {
        final Random random = new Random(SEED);
        final RocePacket packet = new RocePacket();
        final byte[] bytes = new byte[RocePacket.BUFFER_BYTES];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(bytes);
            packet.buffer().put(0, bytes);
            packet.lengthBytes(random.nextInt(RocePacket.BUFFER_BYTES + 1));
            assertTrue(packet.toString().startsWith("RocePacket["), "seed " + SEED);
        }
    }

    @Test
    void describesAPacketWhoseMemoryIsFreedOrConfinedToAnotherThread() throws Exception {
        final Arena arena = Arena.ofConfined();
        final RocePacket packet = new RocePacket(arena.allocate(RocePacket.BUFFER_BYTES));
        assertTrue(CompletableFuture.supplyAsync(packet::toString).get().startsWith("RocePacket[unreadable: "));
        arena.close();
        assertTrue(packet.toString().startsWith("RocePacket[unreadable: "), packet.toString());
    }
}
