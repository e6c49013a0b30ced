// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets for unreliable services from an attacker that knows addresses, keys and numbers. They are sealed.
 *
 * <p>{@code -Dsoftroce.fuzz.packets=10000000} sends more packets, {@code -Dsoftroce.fuzz.seed=N} different ones.
 */
class HostileUnreliablePacketsTest {

    private static final int PACKETS = 200_000;
    private static final int CONNECTION_OPCODES = 0x0C;
    private static final int WINDOW_OFFSET = 8192;
    private static final int WINDOW_BYTES = 4200;
    /** Payload of the longest packet, which has the shortest headers. */
    private static final int MAX_PAYLOAD_BYTES =
        RocePacket.MAX_BYTES - BaseTransportHeader.BYTES - RocePacket.ICRC_BYTES;
    private static final long WINDOW_ADDRESS = -8192L;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsThrownOrWrittenOutsideAndTheQueuePairGoesOn(final boolean datagrams) {
        final long seed = Long.getLong("softroce.fuzz.seed", 20_261_129L);
        final long packets = Long.getLong("softroce.fuzz.packets", PACKETS);
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] content = new byte[1 << 16];
        new Random(seed).nextBytes(content);
        try (UnreliablePeer peer = datagrams ? UnreliablePeer.ofDatagram() : UnreliablePeer.ofConnection()) {
            final UnreliableEnd end = peer.end;
            end.bytes.copyFrom(MemorySegment.ofArray(content));
            end.memory.deregister(end.region);
            final RegisteredMemory window = end.memory.register(
                end.bytes.asSlice(WINDOW_OFFSET, WINDOW_BYTES), WINDOW_ADDRESS, UnreliableEnd.RIGHTS, 7);
            long received = 0;
            int resets = 0;
            for (long i = 0; i < packets; i++) {
                try {
                    hand(peer, random, (int) i, window, datagrams);
                    received += end.receives.stream()
                        .filter(completion -> completion.status() == CompletionStatuses.SUCCESS).count();
                    end.receives.clear();
                    end.sources.clear();
                    if (end.service.state() == ConnectionState.ERROR || random.nextInt(64) == 0) {
                        restart(peer, window, datagrams, (int) i + 1);
                        resets++;
                    }
                } catch (final RuntimeException e) {
                    throw new AssertionError("packet " + i + " of -Dsoftroce.fuzz.seed=" + seed, e);
                }
            }
            final byte[] now = end.content(0, content.length);
            System.arraycopy(content, WINDOW_OFFSET, now, WINDOW_OFFSET, WINDOW_BYTES);
            assertArrayEquals(content, now, "seed " + seed);
            assertTrue(peer.sent.isEmpty(), "an unreliable service answers nothing");
            assertTrue(resets > packets / 200, "the attack reaches the state machines");
            assertTrue(received > packets / 200, received + " messages succeed");
        }
    }

    private static void restart(
        final UnreliablePeer peer, final RegisteredMemory window, final boolean datagrams, final int number) {
        final UnreliableEnd end = peer.end;
        end.service.reset();
        if (datagrams) {
            end.makeReady();
        } else {
            end.connect(UnreliablePeer.PEER_NUMBER, UnreliablePeer.FIRST_PSN + number & 0xFF_FFFF);
        }
        for (int i = 0; i < 8; i++) {
            final long receive = end.receiveQueue.claim();
            end.receiveQueue.request(receive, i);
            if (i % 2 == 0) {
                end.receiveQueue.addElement(receive, window.iova() + 10, 100, window.key());
                end.receiveQueue.addElement(receive, window.iova() + 200, 700, window.key());
            } else {
                end.receiveQueue.addElement(receive, window.iova(), WINDOW_BYTES, window.key());
            }
            end.receiveQueue.publish();
        }
    }

    private static void hand(
        final UnreliablePeer peer, final SplittableRandom random, final int number, final RegisteredMemory window,
        final boolean datagrams) {
        final RocePacket packet = peer.packet;
        final int likely = datagrams ? Opcode.DATAGRAM_SEND_ONLY + random.nextInt(2)
            : Opcode.UNRELIABLE + random.nextInt(CONNECTION_OPCODES);
        final int opcode = random.nextInt(16) == 0 ? random.nextInt(256) : likely;
        final int psn = UnreliablePeer.FIRST_PSN + number + (random.nextInt(8) == 0 ? random.nextInt(8) - 4 : 0);
        packet.begin(opcode, UnreliablePeer.NUMBER, psn & 0xFF_FFFF, random.nextInt());
        for (int at = BaseTransportHeader.BYTES; at < 64; at += 4) {
            packet.buffer().putInt(at, random.nextInt());
        }
        final int traits = Opcode.traits(opcode);
        final int payload = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(MAX_PAYLOAD_BYTES + 1);
            case 1 -> random.nextInt(8);
            default -> UnreliableEnd.MTU;
        };
        if ((traits & Opcode.RETH) != 0) {
            final long address = switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> WINDOW_ADDRESS + WINDOW_BYTES - random.nextInt(300);
                default -> WINDOW_ADDRESS + random.nextInt(WINDOW_BYTES);
            };
            final long bytes = switch (random.nextInt(4)) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt(2 * WINDOW_BYTES);
                default -> payload;
            };
            packet.reth().set(address, random.nextInt(4) == 0 ? random.nextInt() : window.key(), bytes);
        }
        if ((traits & Opcode.DETH) != 0 && random.nextInt(8) != 0) {
            packet.deth().set(UnreliableEnd.QUEUE_KEY, random.nextInt());
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
    }
}
