// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.softroce.AllocatedBytes;
import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Posting, sending, receiving and completing allocate nothing. */
class AllocationTest {

    private static final int WARM_UP = 60_000;
    private static final int MEASURED = 10_000;
    private static final int FAULTS = 100;
    private static final int RIGHTS = 15;
    private static final int[] OPERATIONS = {
        WorkRequestOpcodes.RDMA_WRITE, WorkRequestOpcodes.RDMA_READ, WorkRequestOpcodes.SEND,
        WorkRequestOpcodes.FETCH_AND_ADD};

    /** Passes every packet to the other side immediately, in a ring of packets. */
    private static final class Wire implements PacketSink {
        private final RocePacket[] ring = new RocePacket[16];
        private int head;
        private int tail;

        Wire() {
            for (int i = 0; i < ring.length; i++) {
                ring[i] = new RocePacket();
            }
        }

        @Override
        public RocePacket claim() {
            return tail - head < ring.length ? ring[tail & ring.length - 1] : null;
        }

        @Override
        public void submit(final RocePacket packet, final UdpPath path) {
            tail++;
        }

        private final Arrival arrival = new Arrival();

        boolean deliver(final ReliableConnection target, final UdpPath path) {
            final boolean any = head < tail;
            arrival.at(path.remoteIp(), path.remotePort());
            arrival.from(path.local(), path.localPort());
            while (head < tail) {
                final RocePacket packet = ring[head & ring.length - 1];
                assert packet.defect() == null;
                target.receive(packet, arrival, 0);
                head++;
            }
            return any;
        }
    }

    private int completions;

    @Test
    void movesMessagesWithoutAllocating() {
        final Optional<AllocatedBytes> counter = AllocatedBytes.counter();
        assumeTrue(counter.isPresent(), "this JVM does not count allocated bytes per thread");
        final AllocatedBytes bytes = counter.get();
        try (Arena arena = Arena.ofShared()) {
            final UdpPath there = new UdpPath(1, 4791, 2, 4791);
            final UdpPath back = new UdpPath(2, 4791, 1, 4791);
            final Wire toRight = new Wire();
            final Wire toLeft = new Wire();
            final MemoryTable memory = new MemoryTable(new Random(1));
            final RegisteredMemory region = memory.register(arena.allocate(16384, 8), 0, RIGHTS, 1);
            final ReliableConnection left = connect(arena, 2, 3, memory, toRight, there);
            final ReliableConnection right = connect(arena, 3, 2, memory, toLeft, back);
            final Runnable round = () -> {
                for (final int operation : OPERATIONS) {
                    post(left, right, operation, region.key());
                    boolean moving = true;
                    while (moving) {
                        left.transmit(0, 16);
                        right.transmit(0, 16);
                        moving = toRight.deliver(right, there) | toLeft.deliver(left, back);
                    }
                }
            };
            for (int i = 0; i < WARM_UP; i++) {
                round.run();
            }
            completions = 0;
            final long before = bytes.count();
            final long baseline = bytes.count() - before;
            final long start = bytes.count();
            for (int i = 0; i < MEASURED; i++) {
                round.run();
            }
            final long allocated = bytes.count() - start - baseline;
            assertEquals(5 * MEASURED, completions, "four sends and a receive per round");
            // A deoptimisation or a compilation allocates a few bytes once. A byte per operation would be 40 000 bytes.
            assertEquals(0, allocated / MEASURED, allocated + " bytes allocated in " + MEASURED + " rounds");
        }
    }

    @Test
    void tellsNobodyOfFaultsWithoutAllocatingBeforeItIsCompiledToo() {
        final Optional<AllocatedBytes> counter = AllocatedBytes.counter();
        assumeTrue(counter.isPresent(), "this JVM does not count allocated bytes per thread");
        final AllocatedBytes bytes = counter.get();
        final ConnectionRecorder recorder = new ConnectionRecorder(2);
        final TransportCounter kind = TransportCounter.values()[0];
        recorder.connect(new UdpPath(1, 4791, 2, 4791), 3);
        recorder.recordGoingBack(ConnectionRecorder.TIMEOUT, 0);
        recorder.recordRefusal(true, kind, 0);
        final long before = bytes.count();
        final long baseline = bytes.count() - before;
        final long start = bytes.count();
        for (int psn = 0; psn < FAULTS; psn++) {
            recorder.recordGoingBack(ConnectionRecorder.TIMEOUT, psn);
            recorder.recordRefusal(true, kind, psn);
        }
        final long allocated = bytes.count() - start - baseline;
        assertEquals(0, allocated / FAULTS, allocated + " bytes allocated for " + FAULTS + " faults");
    }

    private ReliableConnection connect(
        final Arena arena, final int number, final int peer, final MemoryTable memory, final PacketSink sink,
        final UdpPath path) {
        final CompletionSink completion = (id, status, vendor, operation, bytes, immediate, flags, pair, solicited) -> {
            assertEquals(0, status);
            completions++;
        };
        final ReliableConnection connection = new ReliableConnection(
            arena, number, 1,
            new TransportContext(memory, new Icrc(), sink, new TransportCounters(), (type, pair) -> { },
                TransportSettings.DEFAULT),
            new SendQueue(arena, 16, 2, 0), new ReceiveQueue(arena, 16, 2, false), completion, completion, true);
        connection.initialize(RIGHTS);
        connection.readyToReceive(new ReceiveAttributes(path, 1024, peer, 5, 4, 1));
        connection.readyToSend(new SendAttributes(5, 14, 7, 7, 4));
        return connection;
    }

    private static void post(
        final ReliableConnection left, final ReliableConnection right, final int operation, final int key) {
        final int bytes = operation == WorkRequestOpcodes.FETCH_AND_ADD ? Long.BYTES : 3000;
        if (operation == WorkRequestOpcodes.SEND) {
            final long receive = right.receiveQueue().claim();
            right.receiveQueue().request(receive, 1);
            right.receiveQueue().addElement(receive, 8192, 4096, key);
            right.receiveQueue().publish();
        }
        final SendQueue queue = left.sendQueue();
        final long slot = queue.claim();
        queue.request(slot, 7, operation, 0, 0);
        queue.remote(slot, 4096, key);
        queue.atomic(slot, 1, 0);
        queue.addElement(slot, 0, bytes, key);
        queue.publish(slot);
    }
}
