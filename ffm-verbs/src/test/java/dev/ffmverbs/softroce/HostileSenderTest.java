// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends datagrams from a stranger over a real socket to a device that serves its peer at the same time.
 *
 * <p>{@code -Dsoftroce.fuzz.datagrams=1000000} sends more datagrams, {@code -Dsoftroce.fuzz.seed=N} different ones.
 */
class HostileSenderTest {

    private static final int DATAGRAMS = 20_000;
    /** Number of datagrams that fit in the receive buffer in addition to those of the peer. */
    private static final int AT_A_TIME = 16;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int RELIABLE_OPCODES = 0x18;
    private static final int UNRELIABLE_OPCODES = 0x0C;
    private static final int QUEUE_KEY = 0x5151;
    private static final int MANAGEMENT_QUEUE_PAIR = 1;
    private static final int MANAGEMENT_KEY = 0x8001_0000;
    private static final int MANAGEMENT_BYTES = 256;

    private final long seed = Long.getLong("softroce.fuzz.seed", 20_260_401L);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Icrc icrc = new Icrc();
    private final RocePacket packet = new RocePacket();

    private static long sum(final Map<String, Long> statistics, final Predicate<String> names) {
        return statistics.entrySet().stream().filter(entry -> names.test(entry.getKey()))
            .mapToLong(Map.Entry::getValue).sum();
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void everyDropIsCountedAndThePeerIsServed() throws IOException {
        final long datagrams = Long.getLong("softroce.fuzz.datagrams", DATAGRAMS);
        final InetSocketAddress target = new InetSocketAddress(InetAddress.ofLiteral(SoftDevices.RIGHT_ADDRESS), 4791);
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT);
             ProtectionDomain domain = to.context.allocateProtectionDomain();
             QueuePair unreliable =
                 domain.createQueuePair(QueuePairConfiguration.unreliableConnection(to.queue));
             QueuePair forDatagrams = domain.createQueuePair(QueuePairConfiguration.unreliableDatagram(to.queue));
             DatagramChannel stranger = DatagramChannel.open()
                 .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            from.connect(to);
            to.connect(from);
            makeReady(unreliable, from);
            makeReady(forDatagrams);
            final int[] queuePairs = {to.queuePair.number(), unreliable.number(), forDatagrams.number()};
            final byte[] content = to.memory.segment().toArray(ValueLayout.JAVA_BYTE);
            final UdpPath path = new UdpPath(address(stranger.getLocalAddress()),
                ((InetSocketAddress) stranger.getLocalAddress()).getPort(), address(target), target.getPort());
            final Map<String, Long> before = to.context.portStatistics(1);
            final SendRequest read = SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 512)
                .read(to.memory.iova(), to.memory.rkey());
            for (long sent = 0; sent < datagrams; sent++) {
                stranger.send(next(path, queuePairs, to.memory.iova(), to.memory.rkey()), target);
                if (sent % AT_A_TIME == AT_A_TIME - 1) {
                    from.post(read);
                    from.poll(1);
                    assertEquals(WorkCompletionStatus.SUCCESS, from.completions.status(0), "seed " + seed);
                    awaitDrops(to, before, sent + 1);
                }
            }
            awaitDrops(to, before, datagrams);
            assertEquals(-1, MemorySegment.ofArray(content).mismatch(to.memory.segment()), "memory, seed " + seed);
        }
    }

    /** Waits until every datagram has been counted for exactly one reason. */
    private void awaitDrops(final SoftEndpoint end, final Map<String, Long> before, final long expected) {
        final long startNs = System.nanoTime();
        while (true) {
            final Map<String, Long> rise = new HashMap<>();
            end.context.portStatistics(1).forEach((name, count) -> rise.put(name, count - before.get(name)));
            final long counted = sum(rise, name -> name.startsWith("DROPPED_"))
                + rise.get("CONNECTION_MANAGER_RECEIVED");
            assertTrue(counted <= expected, "seed " + seed + ": " + rise);
            if (counted == expected) {
                return;
            }
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, counted + " of " + expected + " counted, seed "
                + seed + ": " + rise);
            Thread.onSpinWait();
        }
    }

    /** Writes random bytes, or a packet that is valid except for its sender and its flipped bits. */
    private ByteBuffer next(final UdpPath path, final int[] queuePairs, final long address, final int rkey) {
        final int kind = random.nextInt(4);
        if (kind == 0) {
            final byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return ByteBuffer.wrap(bytes);
        }
        if (kind == 1) {
            final int bytes = random.nextInt(4) == 0 ? random.nextInt(MANAGEMENT_BYTES) : MANAGEMENT_BYTES;
            packet.begin(Opcode.DATAGRAM_SEND_ONLY, MANAGEMENT_QUEUE_PAIR, random.nextInt(), 0);
            packet.deth().set(random.nextInt(4) == 0 ? random.nextInt() : MANAGEMENT_KEY, MANAGEMENT_QUEUE_PAIR);
            for (int i = 0; i < bytes; i++) {
                packet.buffer().put(packet.payloadOffset() + i, (byte) random.nextInt());
            }
            packet.endPayload(bytes);
        } else {
            final int opcode = kind == 2 ? Opcode.WRITE_ONLY : opcode();
            final int queuePair = queuePairs[random.nextInt(queuePairs.length)];
            packet.begin(Opcode.traits(opcode) == 0 ? Opcode.SEND_ONLY : opcode,
                random.nextInt(4) == 0 ? random.nextInt() : queuePair, random.nextInt(), random.nextInt());
            packet.reth().set(address, rkey, Long.BYTES);
            if (Opcode.is(opcode, Opcode.DETH)) {
                packet.deth().set(QUEUE_KEY + 1, random.nextInt());
            }
            packet.endPayload(kind == 2 ? Long.BYTES : random.nextInt(1000));
        }
        icrc.seal(packet, path);
        for (int flips = random.nextInt(3); flips > 0; flips--) {
            final int at = random.nextInt(packet.lengthBytes());
            packet.buffer().put(at, (byte) (packet.buffer().get(at) ^ 1 << random.nextInt(8)));
        }
        return packet.buffer().slice(0, packet.lengthBytes());
    }

    private int opcode() {
        return switch (random.nextInt(4)) {
            case 0 -> Opcode.UNRELIABLE + random.nextInt(UNRELIABLE_OPCODES);
            case 1 -> Opcode.DATAGRAM_SEND_ONLY + random.nextInt(2);
            default -> random.nextInt(RELIABLE_OPCODES);
        };
    }

    private static void makeReady(final QueuePair unreliable, final SoftEndpoint peer) {
        unreliable.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .access(Access.REMOTE_WRITE));
        unreliable.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(PathMtu.MTU_1024).destination(peer.context.gid(1, 1).orElseThrow().gid(), 1, 1)
            .destinationQueuePair(peer.queuePair.number()).receivePacketSequenceNumber(0));
    }

    private static void makeReady(final QueuePair forDatagrams) {
        forDatagrams.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .queueKey(QUEUE_KEY));
        forDatagrams.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE));
    }

    private static int address(final SocketAddress socket) {
        return IpAddress.of(((InetSocketAddress) socket).getAddress()).ipv4();
    }
}
