// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Packets of an attacker that knows addresses, queue pair numbers and roughly the sequence number. They are sealed.
 *
 * <p>{@code -Dsoftroce.fuzz.packets=10000000} sends more packets, {@code -Dsoftroce.fuzz.seed=N} different ones.
 */
class HostilePacketsTest {

    private static final int PACKETS = 300_000;
    private static final int OPCODES = 0x18;
    private static final int WINDOW_OFFSET = 8192;
    private static final int WINDOW_BYTES = 1000;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsThrownOrWrittenOutsideAndTheDeviceGoesOn() {
        final long seed = Long.getLong("softroce.fuzz.seed", 20_260_101L);
        final long packets = Long.getLong("softroce.fuzz.packets", PACKETS);
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] content = new byte[1 << 16];
        new Random(seed).nextBytes(content);
        try (RawPeer peer = new RawPeer(4)) {
            final Endpoint endpoint = peer.endpoint;
            endpoint.bytes.copyFrom(MemorySegment.ofArray(content));
            endpoint.memory.deregister(endpoint.region);
            final RegisteredMemory window = endpoint.memory.register(
                endpoint.bytes.asSlice(WINDOW_OFFSET, WINDOW_BYTES), -4096L, Endpoint.ALL_RIGHTS,
                Endpoint.PROTECTION_DOMAIN);
            final RegisteredMemory readable = endpoint.memory.register(
                endpoint.bytes, 0, AccessFlags.REMOTE_READ, Endpoint.PROTECTION_DOMAIN);
            final int[] keys = {window.key(), window.key(), window.key(), readable.key(), 0, -1};
            int psn = RawPeer.FIRST_PSN;
            int resets = 0;
            for (long i = 0; i < packets; i++) {
                try {
                    psn = hand(peer, random, psn, keys);
                    peer.transmit();
                    peer.answers.clear();
                    if (endpoint.connection.state() == ConnectionState.ERROR || random.nextInt(64) == 0) {
                        psn = reconnect(peer, window);
                        resets++;
                    }
                } catch (final RuntimeException e) {
                    throw new AssertionError("packet " + i + " of -Dsoftroce.fuzz.seed=" + seed, e);
                }
            }
            verifyUntouched(endpoint, content);
            assertTrue(resets > packets / 200, "the attack reaches the state machines");
            assertTrue(endpoint.counters.get(TransportCounter.ACKNOWLEDGEMENTS_SENT) > packets / 200, "some succeed");
        }
    }

    /** Expects that only the window has changed, and that READs of a well-behaved peer are served. */
    private static void verifyUntouched(final Endpoint endpoint, final byte[] content) {
        final byte[] now = endpoint.content(0, content.length);
        System.arraycopy(content, WINDOW_OFFSET, now, WINDOW_OFFSET, WINDOW_BYTES);
        assertArrayEquals(content, now);
        assertEquals(2, endpoint.memory.size());
    }

    private static int reconnect(final RawPeer peer, final RegisteredMemory window) {
        peer.reconnect();
        final Endpoint endpoint = peer.endpoint;
        for (int i = 0; i < 3; i++) {
            final long receive = endpoint.receiveQueue.claim();
            endpoint.receiveQueue.request(receive, i);
            endpoint.receiveQueue.addElement(receive, window.iova() + 10, 300, window.key());
            endpoint.receiveQueue.publish();
            final long send = endpoint.sendQueue.claim();
            endpoint.sendQueue.request(
                send, i, i == 0 ? WorkRequestOpcodes.SEND : WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, 0);
            endpoint.sendQueue.addElement(send, window.iova() + 10, 600, window.key());
            endpoint.sendQueue.publish(send);
        }
        return RawPeer.FIRST_PSN;
    }

    /** Delivers one packet. Returns the next correct sequence number. */
    private static int hand(
        final RawPeer peer, final SplittableRandom random, final int psn, final int[] keys) {
        final RocePacket packet = peer.packet;
        final int opcode = random.nextInt(16) == 0 ? random.nextInt(256) : random.nextInt(OPCODES);
        final boolean inSequence = random.nextInt(4) != 0;
        final int packetPsn = inSequence ? psn : psn + random.nextInt(8) - 4;
        packet.begin(opcode, RawPeer.NUMBER, packetPsn & 0xFF_FFFF, random.nextInt());
        for (int at = BaseTransportHeader.BYTES; at < 64; at += 4) {
            packet.buffer().putInt(at, random.nextInt());
        }
        final int traits = Opcode.traits(opcode);
        final int payload = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(RocePacket.MAX_PAYLOAD_BYTES);
            case 1 -> random.nextInt(8);
            default -> RawPeer.MTU;
        };
        if ((traits & (Opcode.RETH | Opcode.ATOMIC_ETH)) != 0) {
            final long address = switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> -4096L + WINDOW_BYTES - random.nextInt(300);
                default -> -4096L + random.nextInt(WINDOW_BYTES) / 8 * 8;
            };
            final long bytes = switch (random.nextInt(4)) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt(2 * WINDOW_BYTES);
                default -> payload;
            };
            packet.reth().set(address, keys[random.nextInt(keys.length)], bytes);
        }
        if ((traits & Opcode.AETH) != 0 && random.nextInt(4) != 0) {
            packet.aeth().set(random.nextInt(4) == 0 ? random.nextInt(256) : 0x1F, 0);
        }
        if ((traits & Opcode.PAYLOAD) != 0) {
            packet.endPayload(payload);
        }
        if (random.nextInt(16) == 0) {
            packet.lengthBytes(random.nextInt(RocePacket.BUFFER_BYTES / 4) * 4);
        }
        if (packet.lengthBytes() >= BaseTransportHeader.BYTES + RocePacket.ICRC_BYTES) {
            peer.handSealed();
        } else {
            peer.handRaw();
        }
        final boolean request = (traits & Opcode.REQUEST) != 0;
        return inSequence && request ? psn + 1 : psn;
    }
}
