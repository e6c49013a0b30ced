// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One queue pair of an unreliable service, with a region of memory and everything it completed. */
final class UnreliableEnd implements PacketReceiver, AutoCloseable {

    static final int MTU = 256;
    static final int QUEUE_KEY = 0x77;
    static final int RIGHTS = AccessFlags.LOCAL_WRITE | AccessFlags.REMOTE_WRITE;

    private static final int PROTECTION_DOMAIN = 7;
    private static final int MEMORY_BYTES = 1 << 16;
    private static final int NO_SOURCE = 0;

    final Arena arena = Arena.ofShared();
    final TransportCounters counters = new TransportCounters();
    final List<Completion> sends = new ArrayList<>();
    final List<Completion> receives = new ArrayList<>();
    final List<Integer> events = new ArrayList<>();

    /** The queue pair that sent each completed receive, or 0 for a connection. */
    final List<Integer> sources = new ArrayList<>();

    final Icrc icrc = new Icrc();
    final MemoryTable memory;
    final MemorySegment bytes;
    final RegisteredMemory region;
    final UdpPath path;
    final SendQueue sendQueue;
    final ReceiveQueue receiveQueue;
    final TransportService service;

    private UnreliableEnd(
        final int number, final UdpPath path, final PacketSink sink, final boolean datagrams, final boolean shared) {
        this.path = path;
        this.memory = new MemoryTable(new Random(number));
        this.bytes = arena.allocate(MEMORY_BYTES, 64);
        this.region = memory.register(bytes, 0x7000_0000_0000L, RIGHTS, PROTECTION_DOMAIN);
        this.sendQueue = new SendQueue(arena, 32, 4, 128,
            datagrams ? RequestPackets.OF_DATAGRAMS : RequestPackets.OF_UNRELIABLE_CONNECTIONS);
        this.receiveQueue = new ReceiveQueue(arena, 64, 4, shared);
        final TransportContext context = new TransportContext(memory, icrc, sink, counters,
            (type, queuePair) -> events.add(type), new TransportSettings(64, 1 << 16, 1));
        final QueuePairQueues queues = new QueuePairQueues(
            sendQueue, receiveQueue, new Sink(number, sends), new Sink(number, receives), false);
        this.service = datagrams
            ? new UnreliableDatagram(arena, number, PROTECTION_DOMAIN, context, queues, MTU)
            : new UnreliableConnection(arena, number, PROTECTION_DOMAIN, context, queues);
    }

    /** Creates a connected end of an unreliable connection. */
    static UnreliableEnd connection(
        final int number, final UdpPath path, final PacketSink sink, final int peer, final int firstPsn,
        final boolean shared) {
        final UnreliableEnd end = new UnreliableEnd(number, path, sink, false, shared);
        end.connect(peer, firstPsn);
        return end;
    }

    void connect(final int peer, final int firstPsn) {
        final UnreliableConnection connection = (UnreliableConnection) service;
        connection.initialize(RIGHTS);
        connection.readyToReceive(path, MTU, peer, firstPsn);
        connection.readyToSend(firstPsn);
    }

    /** Creates an end that sends and receives datagrams. */
    static UnreliableEnd datagram(final int number, final UdpPath path, final PacketSink sink) {
        final UnreliableEnd end = new UnreliableEnd(number, path, sink, true, false);
        end.makeReady();
        return end;
    }

    void makeReady() {
        final UnreliableDatagram datagram = (UnreliableDatagram) service;
        datagram.initialize(QUEUE_KEY);
        datagram.readyToReceive();
        datagram.readyToSend(0);
    }

    /** Records completions of one queue. */
    private final class Sink implements CompletionSink {
        private final int number;
        private final List<Completion> list;

        Sink(final int number, final List<Completion> list) {
            this.number = number;
            this.list = list;
        }

        @Override
        public void complete(
            final long workRequestId, final int status, final int vendorError, final int operation,
            final int byteLength, final int immediate, final int flags, final int queuePair, final boolean solicited) {
            record(workRequestId, status, operation, byteLength, immediate, flags, queuePair, NO_SOURCE, solicited);
        }

        @Override
        public void completeDatagram(
            final long workRequestId, final int byteLength, final int immediate, final int flags, final int queuePair,
            final int sourceQueuePair, final boolean solicited) {
            record(workRequestId, CompletionStatuses.SUCCESS, CompletionOpcodes.RECEIVE, byteLength, immediate, flags,
                queuePair, sourceQueuePair, solicited);
        }

        private void record(
            final long id, final int status, final int operation, final int byteLength, final int immediate,
            final int flags, final int queuePair, final int source, final boolean solicited) {
            assertEquals(number, queuePair, "completion of another queue pair");
            list.add(new Completion(id, status, 0, operation, byteLength, immediate, flags, solicited));
            if (list == receives) {
                sources.add(source);
            }
        }
    }

    long at(final long offset) {
        return region.iova() + offset;
    }

    byte[] content(final long offset, final int length) {
        return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Posts a request with one element in the region. Its immediate data is its number. */
    void post(
        final long id, final int operation, final int flags, final long offset, final int length,
        final long remoteAddress, final int rkey) {
        final long slot = claim(id, operation, flags, offset, length);
        sendQueue.remote(slot, remoteAddress, rkey);
        assertTrue(sendQueue.publish(slot), "request " + id + " is not valid");
    }

    /** Posts a datagram with one element in the region. Its immediate data is its number. */
    void postDatagram(
        final long id, final int operation, final int flags, final long offset, final int length,
        final int queuePair, final int queueKey) {
        final long slot = claim(id, operation, flags, offset, length);
        sendQueue.destination(slot, path, queuePair, queueKey);
        assertTrue(sendQueue.publish(slot), "datagram " + id + " is not valid");
    }

    private long claim(final long id, final int operation, final int flags, final long offset, final int length) {
        final long slot = sendQueue.claim();
        assertNotEquals(SendQueue.FULL, slot, "send queue full");
        sendQueue.request(slot, id, operation, flags, (int) id);
        assertTrue(sendQueue.addElement(slot, at(offset), length, region.key()), "element");
        return slot;
    }

    void postReceive(final long id, final long offset, final int length) {
        final long slot = receiveQueue.claim();
        assertNotEquals(ReceiveQueue.FULL, slot, "receive queue full");
        receiveQueue.request(slot, id);
        assertTrue(receiveQueue.addElement(slot, at(offset), length, region.key()), "element");
        receiveQueue.publish();
    }

    void transmit(final long nowNs) {
        boolean more = true;
        while (more) {
            more = service.transmit(nowNs, 7);
        }
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival, final long nowNs) {
        final PacketDefect defect = packet.defect();
        if (defect != null) {
            counters.increment(TransportCounter.of(defect));
        } else if (packet.bth().destinationQueuePair() != service.number()) {
            counters.increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else {
            service.receive(packet, arrival, nowNs);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
