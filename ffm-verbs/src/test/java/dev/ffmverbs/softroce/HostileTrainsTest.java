// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.libc.OutgoingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends trains from a stranger over a real socket to a device that serves its peer at the same time. Segments cut
 * packets or hold several, last segments are short, trains mix queue pairs, and some trains are noise.
 *
 * <p>{@code -Dsoftroce.fuzz.trains=1000000} sends more trains, {@code -Dsoftroce.fuzz.seed=N} different ones.
 */
class HostileTrainsTest {

    private static final int TRAINS = 3000;
    private static final int MAX_SEGMENTS = 64;
    private static final int MAX_SEGMENT_BYTES = 900;
    private static final String STRANGER_ADDRESS = PrivateLoopbackAddresses.address(5);
    private static final int STRANGER_PORT = 14_794;
    private static final int OPCODES = 0x18;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final long seed = Long.getLong("softroce.fuzz.seed", 20_260_402L);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Icrc icrc = new Icrc();
    private final MemorySegment content = Arena.ofAuto().allocate(1 << 17);
    private final RocePacket packet = new RocePacket(content);
    private final OutgoingMessages messages = new OutgoingMessages(content, 1);

    private static int address(final String text) {
        return IpAddress.of(InetAddress.ofLiteral(text)).ipv4();
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void everySegmentIsCountedAndThePeerIsServed() throws IOException {
        final long trains = Long.getLong("softroce.fuzz.trains", TRAINS);
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT);
             UdpDescriptor stranger = new UdpDescriptor()) {
            stranger.bind(address(STRANGER_ADDRESS), STRANGER_PORT);
            from.connect(to);
            to.connect(from);
            final byte[] memory = to.memory.segment().toArray(ValueLayout.JAVA_BYTE);
            final UdpPath path =
                new UdpPath(address(STRANGER_ADDRESS), STRANGER_PORT, address(SoftDevices.RIGHT_ADDRESS), 4791);
            final Map<String, Long> before = to.context.portStatistics(1);
            final SendRequest read = SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 9000)
                .read(to.memory.iova(), to.memory.rkey());
            long segments = 0;
            for (long sent = 0; sent < trains; sent++) {
                segments += send(stranger, path, to);
                from.post(read);
                from.poll(1);
                assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0), "seed " + seed);
                awaitDrops(to, before, segments);
            }
            assertEquals(-1, MemorySegment.ofArray(memory).mismatch(to.memory.segment()), "memory, seed " + seed);
        }
    }

    /** Sends a train, and returns how many packets it is cut into. */
    private int send(final UdpDescriptor stranger, final UdpPath path, final SoftEndpoint to) {
        final int segment = random.nextInt(4) == 0 ? 1 + random.nextInt(MAX_SEGMENT_BYTES)
            : 16 + 4 * random.nextInt(MAX_SEGMENT_BYTES / 4 - 4);
        final int full = 1 + random.nextInt(MAX_SEGMENTS - 1);
        final int last = random.nextInt(segment);
        // Packets that begin at a segment, or at the end of the previous packet.
        final boolean aligned = random.nextBoolean();
        final int bytes = segment * full + last;
        int end = 0;
        for (int i = 0; end < bytes; i++) {
            end += put(aligned ? segment * i : end, path, to, aligned ? segment : 0, i);
            end = aligned ? segment * (i + 1) : end;
        }
        messages.address(0, path.remoteIp().ipv4(), path.remotePort());
        messages.content(0, 0, bytes, segment, 0);
        assertEquals(1, stranger.send(messages, 0, 1), "seed " + seed);
        return full + (last > 0 ? 1 : 0);
    }

    /** Writes a packet, usually as long as a segment, and returns its length. */
    private int put(
        final int start, final UdpPath path, final SoftEndpoint to, final int segment, final int index) {
        packet.aim(start, 0);
        final int opcode = random.nextInt(OPCODES);
        packet.begin(Opcode.traits(opcode) == 0 ? Opcode.WRITE_ONLY : opcode,
            random.nextInt(3) == 0 ? random.nextInt() : to.queuePair.number(), random.nextInt(), random.nextInt());
        packet.reth().set(to.memory.iova(), to.memory.rkey(), Long.BYTES);
        final int fitting = segment - (packet.payloadOffset() - start) - RocePacket.ICRC_BYTES;
        packet.endPayload(fitting > 0 && random.nextInt(4) > 0 ? fitting : random.nextInt(MAX_SEGMENT_BYTES));
        icrc.seal(packet, path, index & 0xFFFF);
        return packet.lengthBytes();
    }

    /** Waits until every packet has been counted for exactly one reason. */
    private void awaitDrops(final SoftEndpoint end, final Map<String, Long> before, final long expected) {
        final long startNs = System.nanoTime();
        while (true) {
            final Map<String, Long> now = end.context.portStatistics(1);
            final long counted = now.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("DROPPED_"))
                .mapToLong(entry -> entry.getValue() - before.get(entry.getKey())).sum();
            assertTrue(counted <= expected, "seed " + seed + ": " + now);
            if (counted == expected) {
                return;
            }
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS,
                counted + " of " + expected + " counted, seed " + seed + ": " + now);
            Thread.onSpinWait();
        }
    }
}
