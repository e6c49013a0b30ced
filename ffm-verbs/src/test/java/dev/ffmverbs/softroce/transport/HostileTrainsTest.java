// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Trains of an attacker have a wrong segment size or a short last segment, or mix packets of several connections.
 *
 * <p>{@code -Dsoftroce.fuzz.packets=10000000} sends more packets, {@code -Dsoftroce.fuzz.seed=N} different ones.
 */
class HostileTrainsTest {

    private static final int PACKETS = 300_000;
    private static final int ARRIVAL_BYTES = 1 << 16;
    private static final int[] OPCODES = {
        Opcode.WRITE_ONLY, Opcode.WRITE_FIRST, Opcode.WRITE_MIDDLE, Opcode.WRITE_LAST, Opcode.READ_REQUEST,
        Opcode.SEND_ONLY, Opcode.FETCH_ADD, Opcode.ACKNOWLEDGE, Opcode.READ_RESPONSE_MIDDLE};

    private final SplittableRandom random = new SplittableRandom(Long.getLong("softroce.fuzz.seed", 20_261_129L));
    private final byte[] content = new byte[1 << 16];
    private int psn;
    /** Whether the current train is hostile. The other trains show that the connection continues. */
    private boolean hostile;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsThrownOrWrittenOutsideAndTheConnectionGoesOn() {
        final long packets = Long.getLong("softroce.fuzz.packets", PACKETS);
        new Random(5).nextBytes(content);
        long handed = 0;
        int errors = 0;
        try (RawPeer peer = new RawPeer(4); Arena arena = Arena.ofConfined()) {
            final Endpoint endpoint = peer.endpoint;
            endpoint.bytes.copyFrom(MemorySegment.ofArray(content));
            final RocePacket view =
                new RocePacket(arena.allocate(ARRIVAL_BYTES + RocePacket.BUFFER_BYTES, Long.BYTES));
            psn = RawPeer.FIRST_PSN;
            while (handed < packets) {
                final int firstBytes = gather(peer, view);
                handed += hand(peer, view, segmentBytes(firstBytes));
                peer.transmit();
                peer.answers.clear();
                final boolean error = endpoint.connection.state() == ConnectionState.ERROR;
                errors += error ? 1 : 0;
                if (error || random.nextInt(8) == 0) {
                    peer.reconnect();
                    psn = RawPeer.FIRST_PSN;
                }
            }
            verify(endpoint);
            assertTrue(errors > 0, "the attack reaches the state machines");
            assertTrue(endpoint.counters.get(TransportCounter.DROPPED_QUEUE_PAIR) > 0, "other connections");
            assertTrue(endpoint.counters.get(TransportCounter.DROPPED_LENGTH) > 0, "segments of wrong length");
            assertTrue(endpoint.counters.get(TransportCounter.DROPPED_CHECKSUM) > 0, "segments cut in the middle");
            assertTrue(endpoint.counters.get(TransportCounter.ACKNOWLEDGEMENTS_SENT) > 0, "some succeed");
        }
    }

    /** Places sealed packets contiguously where a socket would place a train. Returns the length of the first. */
    private int gather(final RawPeer peer, final RocePacket view) {
        final RocePacket packet = peer.packet;
        hostile = random.nextBoolean();
        final int count = 1 + random.nextInt(PacketSink.MAX_TRAIN_PACKETS);
        final int payload = random.nextInt(RawPeer.MTU / 4 + 1) * 4;
        int firstBytes = 0;
        int end = 0;
        for (int i = 0; i < count; i++) {
            describe(packet, peer, payload, i + 1 == count);
            peer.seal(hostile && random.nextInt(8) == 0 ? random.nextInt(1 << 16) : i);
            final int bytes = packet.lengthBytes();
            MemorySegment.copy(packet.segment(), 0, view.segment(), end, bytes);
            end += bytes;
            firstBytes = i == 0 ? bytes : firstBytes;
        }
        view.aim(0, end);
        return firstBytes;
    }

    private void describe(final RocePacket packet, final RawPeer peer, final int payload, final boolean last) {
        final int opcode =
            hostile && random.nextInt(3) == 0 ? OPCODES[random.nextInt(OPCODES.length)] : Opcode.WRITE_ONLY;
        final int number = hostile && random.nextInt(8) == 0 ? random.nextInt() : RawPeer.NUMBER;
        packet.begin(opcode, number, psn & 0xFF_FFFF, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        final int bytes = last ? random.nextInt(payload + 1) : payload;
        if (Opcode.is(opcode, Opcode.RETH | Opcode.ATOMIC_ETH)) {
            final long offset =
                hostile && random.nextInt(8) == 0 ? -1 - random.nextInt(1 << 20) : random.nextInt(1 << 15);
            packet.reth().set(peer.endpoint.at(offset), peer.endpoint.key(), bytes);
        }
        if (Opcode.is(opcode, Opcode.PAYLOAD)) {
            MemorySegment.copy(peer.endpoint.bytes, 0, packet.segment(), packet.payloadOffset(), bytes);
            packet.endPayload(bytes);
        }
        if (number == RawPeer.NUMBER && Opcode.is(opcode, Opcode.REQUEST)) {
            psn++;
        }
    }

    private int segmentBytes(final int firstBytes) {
        return !hostile ? firstBytes : switch (random.nextInt(4)) {
            case 0 -> random.nextInt(64) == 0 ? 1 + random.nextInt(16) : 16 + random.nextInt(2 * firstBytes);
            case 1 -> firstBytes + 4 * (random.nextInt(3) - 1);
            default -> firstBytes;
        };
    }

    /** Cuts the received bytes into segments in place, and delivers each segment. Returns their number. */
    private static int hand(final RawPeer peer, final RocePacket view, final int segmentBytes) {
        final int end = Math.min(view.lengthBytes(), ARRIVAL_BYTES);
        int count = 0;
        for (int start = 0; start < end; start += segmentBytes) {
            view.aim(start, Math.min(segmentBytes, end - start));
            peer.hand(view);
            count++;
        }
        return count;
    }

    /** Expects that memory outside the addressed half is unchanged. */
    private void verify(final Endpoint endpoint) {
        final int from = (1 << 15) + RawPeer.MTU;
        final byte[] expected = Arrays.copyOfRange(content, from, content.length);
        assertArrayEquals(expected, endpoint.content(from, expected.length));
        assertEquals(1, endpoint.memory.size());
    }
}
