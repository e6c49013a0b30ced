// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RocePacketTest {

    private static final int MIGRATED_BIT = 0x40;

    @ParameterizedTest
    @EnumSource
    void findsNoDefectInCapturedPackets(final GoldenVector vector) {
        assertNull(vector.packet().defect());
    }

    @ParameterizedTest
    @EnumSource
    void writesCapturedPacketsAgainFromTheirFields(final GoldenVector vector) {
        final RocePacket captured = vector.packet();
        final RocePacket written = rewrite(captured);

        final byte[] expected = vector.roceBytes();
        final byte[] actual = GoldenVector.bytesOf(written);
        // Linux clears MigReq where this device sets it; the checksum at the end covers that bit.
        final int checksumFree = expected.length - RocePacket.ICRC_BYTES;
        expected[1] |= MIGRATED_BIT;
        assertArrayEquals(
            Arrays.copyOf(expected, checksumFree), Arrays.copyOf(actual, checksumFree));
        assertEquals(expected.length, actual.length);
    }

    private static RocePacket rewrite(final RocePacket from) {
        final RocePacket to = new RocePacket();
        final int traits = Opcode.traits(from.opcode());
        to.begin(from.opcode(), from.destinationQueuePair(), from.packetSequenceNumber(),
            (from.solicited() ? RocePacket.SOLICITED : 0)
                | (from.acknowledgeRequested() ? RocePacket.ACKNOWLEDGE_REQUEST : 0));
        if ((traits & Opcode.RETH) != 0) {
            to.rdma(from.remoteAddress(), from.rkey(), from.dmaLengthBytes());
        }
        if ((traits & Opcode.ATOMIC_ETH) != 0) {
            to.atomic(from.remoteAddress(), from.rkey(), from.swapOrAdd(), from.compare());
        }
        if ((traits & Opcode.AETH) != 0) {
            to.acknowledge(from.syndrome(), from.messageSequenceNumber());
        }
        if ((traits & Opcode.ATOMIC_ACK_ETH) != 0) {
            to.originalValue(from.originalValue());
        }
        if ((traits & Opcode.IMMEDIATE) != 0) {
            to.immediate(from.immediate());
        }
        if ((traits & Opcode.PAYLOAD) != 0) {
            final int bytes = from.payloadBytes();
            MemorySegment.copy(from.segment(), from.payloadOffset(), to.segment(), to.payloadOffset(), bytes);
            to.endPayload(bytes);
        }
        return to;
    }

    @Test
    void readsTheFieldsOfACapturedReadRequest() {
        final RocePacket packet = GoldenVector.READ_REQUEST.packet();

        assertEquals(Opcode.READ_REQUEST, packet.opcode());
        assertEquals(0x11, packet.destinationQueuePair());
        assertEquals(0x100, packet.packetSequenceNumber());
        assertTrue(packet.acknowledgeRequested());
        assertFalse(packet.solicited());
        assertEquals(0x7fce_f123_a000L, packet.remoteAddress());
        assertEquals(0x2d8, packet.rkey());
        assertEquals(100_001, packet.dmaLengthBytes());
    }

    @Test
    void readsPayloadAndImmediateOfACapturedWrite() {
        final RocePacket packet = GoldenVector.WRITE_ONLY_WITH_IMMEDIATE.packet();
        final byte[] payload = new byte[packet.payloadBytes()];
        packet.buffer().get(packet.payloadOffset(), payload);

        assertEquals(0xcafe, packet.immediate());
        assertEquals(15, packet.dmaLengthBytes());
        assertEquals("hello from rxe", new String(payload, 0, 14, StandardCharsets.US_ASCII));
        assertEquals(1, packet.padBytes());
    }

    @Test
    void roundTripsEveryHeaderAtItsExtremes() {
        final RocePacket packet = new RocePacket();
        final int flags = RocePacket.SOLICITED | RocePacket.ACKNOWLEDGE_REQUEST;

        packet.begin(Opcode.WRITE_ONLY_WITH_IMMEDIATE, 0xFF_FFFF, 0xFF_FFFF, flags);
        packet.rdma(-1L, -1, RocePacket.MAX_MESSAGE_BYTES);
        packet.immediate(Integer.MIN_VALUE);
        packet.endPayload(RocePacket.MAX_PAYLOAD_BYTES);

        assertNull(packet.defect());
        assertEquals(RocePacket.MAX_BYTES, packet.lengthBytes());
        assertTrue(packet.solicited());
        assertTrue(packet.acknowledgeRequested());
        assertEquals(0xFF_FFFF, packet.destinationQueuePair());
        assertEquals(0xFF_FFFF, packet.packetSequenceNumber());
        assertEquals(-1L, packet.remoteAddress());
        assertEquals(-1, packet.rkey());
        assertEquals(RocePacket.MAX_MESSAGE_BYTES, packet.dmaLengthBytes());
        assertEquals(Integer.MIN_VALUE, packet.immediate());
        assertEquals(RocePacket.MAX_PAYLOAD_BYTES, packet.payloadBytes());
    }

    @Test
    void roundTripsADatagramWithImmediate() {
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.DATAGRAM_SEND_ONLY_WITH_IMMEDIATE, 1, 7, 0);
        packet.datagram(0x8001_0000, 0xABCDEF);
        packet.immediate(42);
        packet.endPayload(256);

        assertNull(packet.defect());
        assertEquals(0x8001_0000, packet.queueKey());
        assertEquals(0xABCDEF, packet.sourceQueuePair());
        assertEquals(42, packet.immediate());
        assertEquals(24, packet.payloadOffset());
        assertEquals(256, packet.payloadBytes());
    }

    @Test
    void clearsPaddingLeftByAnEarlierPacket() {
        final RocePacket packet = new RocePacket();
        packet.segment().fill((byte) 0x5A);
        packet.begin(Opcode.SEND_ONLY, 2, 3, 0);
        packet.endPayload(1);

        assertEquals(3, packet.padBytes());
        assertEquals(0, packet.buffer().get(13) | packet.buffer().get(14) | packet.buffer().get(15));
    }

    @Test
    void namesTheDefectOfAPacketThatIsNone() {
        final RocePacket packet = GoldenVector.SEND_ONLY.packet();
        packet.lengthBytes(packet.lengthBytes() - 1);
        assertEquals(PacketDefect.LENGTH, packet.defect());

        packet.lengthBytes(12);
        assertEquals(PacketDefect.LENGTH, packet.defect());

        packet.lengthBytes(RocePacket.BUFFER_BYTES);
        assertEquals(PacketDefect.LENGTH, packet.defect());

        final RocePacket unknown = GoldenVector.SEND_ONLY.packet();
        unknown.buffer().put(0, (byte) 0x81);
        assertEquals(PacketDefect.OPCODE, unknown.defect());

        final RocePacket version = GoldenVector.SEND_ONLY.packet();
        version.buffer().put(1, (byte) 0x41);
        assertEquals(PacketDefect.VERSION, version.defect());

        final RocePacket partition = GoldenVector.SEND_ONLY.packet();
        partition.buffer().putShort(2, (short) 0x8001);
        assertEquals(PacketDefect.PARTITION_KEY, partition.defect());

        final RocePacket acknowledge = GoldenVector.ACKNOWLEDGE.packet();
        acknowledge.lengthBytes(acknowledge.lengthBytes() + 4);
        assertEquals(PacketDefect.LENGTH, acknowledge.defect(), "an acknowledgement with payload");
    }

    @Test
    void acceptsTheLimitedMemberPartitionKey() {
        final RocePacket packet = GoldenVector.SEND_ONLY.packet();
        packet.buffer().putShort(2, (short) 0x7FFF);

        assertNull(packet.defect());
    }

    @Test
    void neverReadsOutsideItsBufferWhateverArrives() {
        final long seed = Long.getLong("softroce.fuzz.seed", 4711L);
        final SplittableRandom random = new SplittableRandom(seed);
        final GoldenVector[] vectors = GoldenVector.values();
        final byte[] noise = new byte[RocePacket.BUFFER_BYTES];
        final RocePacket packet = new RocePacket();
        final Icrc icrc = new Icrc();
        int understood = 0;
        for (int round = 0; round < 200_000; round++) {
            random.nextBytes(noise);
            if ((round & 1) == 0) {
                final byte[] golden = vectors[random.nextInt(vectors.length)].roceBytes();
                System.arraycopy(golden, 0, noise, 0, golden.length);
                noise[random.nextInt(golden.length)] = (byte) random.nextInt();
            }
            packet.buffer().put(0, noise);
            packet.lengthBytes(random.nextInt((round & 2) == 0 ? 80 : RocePacket.BUFFER_BYTES + 1));
            try {
                if (packet.defect() == null) {
                    readEverything(packet);
                    icrc.verify(packet, 1, 2, 3, 4);
                    understood++;
                }
            } catch (final RuntimeException e) {
                throw new AssertionError("round " + round + " of -Dsoftroce.fuzz.seed=" + seed, e);
            }
        }
        assertTrue(understood > 1000, "the fuzz reaches the accessors: " + understood);
    }

    private static void readEverything(final RocePacket packet) {
        final int traits = Opcode.traits(packet.opcode());
        packet.solicited();
        packet.acknowledgeRequested();
        packet.packetSequenceNumber();
        packet.destinationQueuePair();
        if ((traits & (Opcode.IMMEDIATE | Opcode.INVALIDATE)) != 0) {
            packet.immediate();
        }
        assertTrue(packet.payloadBytes() >= 0, "payload is never negative");
        final int end = packet.payloadOffset() + packet.payloadBytes() + packet.padBytes() + RocePacket.ICRC_BYTES;
        assertEquals(packet.lengthBytes(), end, "headers, payload, padding and checksum fill the packet");
    }

    @Test
    void refusesMemoryOfAnotherSizeOrKind() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment small = arena.allocate(RocePacket.BUFFER_BYTES - 1);
            assertThrows(IllegalArgumentException.class, () -> new RocePacket(small));
        }
        final MemorySegment heap = MemorySegment.ofArray(new byte[RocePacket.BUFFER_BYTES]);
        assertThrows(IllegalArgumentException.class, () -> new RocePacket(heap));
    }
}
