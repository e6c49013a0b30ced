// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketDefect;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.FlushSelections;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One connection with a region of memory, and everything it completed. */
final class Endpoint implements PacketReceiver, AutoCloseable {

    static final int ALL_RIGHTS = AccessFlags.LOCAL_WRITE | AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_READ
        | AccessFlags.REMOTE_ATOMIC | AccessFlags.FLUSH_GLOBAL;
    static final int PROTECTION_DOMAIN = 7;

    final Arena arena = Arena.ofShared();
    final TransportCounters counters = new TransportCounters();
    final List<Completion> sends = new ArrayList<>();
    final List<Completion> receives = new ArrayList<>();
    final List<Integer> events = new ArrayList<>();
    final Icrc icrc = new Icrc();
    final MemoryTable memory;
    final MemorySegment bytes;
    final RegisteredMemory region;
    final UdpPath path;
    final SharedBudget reads;
    final ReliableConnection connection;
    final SendQueue sendQueue;

    /** Receives every completion of a send when it arrives. */
    Runnable onSend = () -> { };

    final ReceiveQueue receiveQueue;

    /** Whether it accepts packets like version 0.1: after two with identification 0, only such packets. */
    boolean refusesTrains;
    private int zeros;

    Endpoint(
        final int number, final UdpPath path, final PacketSink sink, final TransportSettings settings,
        final long memoryBytes) {
        this(number, path, sink, settings, memoryBytes, false);
    }

    /** Creates an endpoint whose receive queue may be marked as shared with other connections. */
    Endpoint(
        final int number, final UdpPath path, final PacketSink sink, final TransportSettings settings,
        final long memoryBytes, final boolean shared) {
        this.path = path;
        this.memory = new MemoryTable(new Random(number));
        this.bytes = arena.allocate(memoryBytes, 64);
        this.region = memory.register(bytes, 0x7000_0000_0000L + number * 64L, ALL_RIGHTS, PROTECTION_DOMAIN);
        this.sendQueue = new SendQueue(arena, 32, 4, 128);
        this.receiveQueue = new ReceiveQueue(arena, 64, 4, shared);
        final TransportContext context = new TransportContext(
            memory, icrc, sink, counters, (type, queuePair) -> events.add(type), settings);
        this.reads = context.reads();
        this.connection = new ReliableConnection(
            arena, number, PROTECTION_DOMAIN, context, sendQueue, receiveQueue,
            sink(sends, () -> onSend.run()), sink(receives, () -> { }), false);
    }

    private CompletionSink sink(final List<Completion> list, final Runnable then) {
        return (workRequestId, status, vendorError, operation, byteLength, immediate, flags, queuePair, solicited) -> {
            assertTrue(queuePair == connection.number(), "completion of another queue pair: " + queuePair);
            list.add(new Completion(
                workRequestId, status, vendorError, operation, byteLength, immediate, flags, solicited));
            then.run();
        };
    }

    void connect(
        final int peer, final int pathMtuBytes, final int sendPsn, final int receivePsn, final int maxReadAtomic,
        final SendAttributes tries) {
        connection.initialize(ALL_RIGHTS);
        connection.readyToReceive(new ReceiveAttributes(path, pathMtuBytes, peer, receivePsn, maxReadAtomic, 1));
        connection.readyToSend(new SendAttributes(
            sendPsn, tries.timeout(), tries.retryCount(), tries.rnrRetryCount(), tries.maxReadAtomic()));
    }

    /** Returns the address of a byte of the region, for peers and for elements. */
    long at(final long offset) {
        return region.iova() + offset;
    }

    int key() {
        return region.key();
    }

    byte[] content(final long offset, final int length) {
        return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Posts a request with one element in the region. */
    void post(
        final long id, final int operation, final int flags, final long offset, final int length,
        final long remoteAddress, final int rkey) {
        final long slot = sendQueue.claim();
        assertNotEquals(SendQueue.FULL, slot, "send queue full");
        sendQueue.request(slot, id, operation, flags, (int) (id * 31));
        sendQueue.remote(slot, remoteAddress, rkey);
        assertTrue(sendQueue.addElement(slot, at(offset), length, key()), "element");
        assertTrue(sendQueue.publish(slot), "request " + id + " is not valid");
    }

    void postAtomic(
        final long id, final int operation, final long offset, final long remoteAddress, final int rkey,
        final long compareOrAdd, final long swap) {
        final long slot = sendQueue.claim();
        assertNotEquals(SendQueue.FULL, slot, "send queue full");
        sendQueue.request(slot, id, operation, SendFlags.SIGNALED, 0);
        sendQueue.remote(slot, remoteAddress, rkey);
        sendQueue.atomic(slot, compareOrAdd, swap);
        assertTrue(sendQueue.addElement(slot, at(offset), Long.BYTES, key()), "element");
        assertTrue(sendQueue.publish(slot), "atomic " + id + " is not valid");
    }

    /** Posts a FLUSH of a range, or of the whole region if its length is negative. */
    void postFlush(
        final long id, final long remoteAddress, final int rkey, final long lengthBytes, final int placement) {
        final long slot = claim(id, WorkRequestOpcodes.FLUSH, remoteAddress, rkey);
        sendQueue.flush(slot, Math.max(0, lengthBytes), placement,
            lengthBytes < 0 ? FlushSelections.REGION : FlushSelections.RANGE);
        assertTrue(sendQueue.publish(slot), "FLUSH " + id + " is not valid");
    }

    void postWord(final long id, final long remoteAddress, final int rkey, final long value) {
        final long slot = claim(id, WorkRequestOpcodes.ATOMIC_WRITE, remoteAddress, rkey);
        sendQueue.atomic(slot, 0, value);
        assertTrue(sendQueue.publish(slot), "ATOMIC WRITE " + id + " is not valid");
    }

    private long claim(final long id, final int operation, final long remoteAddress, final int rkey) {
        final long slot = sendQueue.claim();
        assertNotEquals(SendQueue.FULL, slot, "send queue full");
        sendQueue.request(slot, id, operation, SendFlags.SIGNALED, 0);
        sendQueue.remote(slot, remoteAddress, rkey);
        return slot;
    }

    void postReceive(final long id, final long offset, final int length) {
        final long slot = receiveQueue.claim();
        assertNotEquals(ReceiveQueue.FULL, slot, "receive queue full");
        receiveQueue.request(slot, id);
        assertTrue(receiveQueue.addElement(slot, at(offset), length, key()), "element");
        receiveQueue.publish();
    }

    private boolean passesOldRule(final RocePacket packet, final Arrival arrival) {
        final int identification =
            icrc.verify(packet, arrival);
        if (identification == 0) {
            zeros++;
        }
        return identification == 0 || identification != Icrc.CORRUPT && zeros < 2;
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival, final long nowNs) {
        counters.increment(TransportCounter.PACKETS_RECEIVED);
        final PacketDefect defect = packet.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
        } else if (packet.bth().destinationQueuePair() != connection.number()) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else if (refusesTrains && !passesOldRule(packet, arrival)) {
            counters.increment(TransportCounter.DROPPED_CHECKSUM);
        } else {
            connection.receive(packet, arrival, nowNs);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
