// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Ipv4Header;
import dev.ffmverbs.softroce.wire.Ipv6Header;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.layout.GlobalRoutingHeaderLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Places datagrams in receives, behind the header that names their sender.
 *
 * <p>The header has the length of a global routing header. As on Linux rxe, it is the IPv6 header of the packet, or
 * else its first 20 bytes are zero and the other 20 are the IPv4 header of the packet.
 */
final class DatagramReceiver {

    private static final int HEADER_BYTES = (int) GlobalRoutingHeaderLayout.BYTES;
    private static final int IPV4_START = HEADER_BYTES - Ipv4Header.BYTES;

    private final TransportService service;
    private final ReceiveQueue receives;
    private final CurrentReceive receive;
    private final ScatterGather memory;
    private final CompletionSink completions;
    private final MemorySegment header;
    private final ByteBuffer headerFields;

    DatagramReceiver(
        final Arena arena, final TransportService service, final QueuePairQueues queues, final ScatterGather memory) {
        this.service = service;
        this.receives = queues.receives();
        this.receive = new CurrentReceive(arena, receives.maxElements());
        this.memory = memory;
        this.completions = queues.receiveCompletions();
        this.header = arena.allocate(HEADER_BYTES, Long.BYTES);
        this.headerFields = header.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
    }

    /** Receives a datagram with the right key and checksum, no longer than the MTU of the port. */
    void receive(final RocePacket packet, final int identification, final Arrival arrival) {
        if (!receives.take(receive)) {
            service.context().counters().increment(TransportCounter.DROPPED_NO_RECEIVE);
            return;
        }
        final int bytes = packet.payloadBytes();
        if (HEADER_BYTES + bytes > receive.capacityBytes()) {
            fail(CompletionStatuses.LOCAL_LENGTH_ERROR);
            return;
        }
        writeHeader(packet.lengthBytes(), identification, arrival);
        final MemorySegment elements = receive.elementList();
        if (!memory.scatter(elements, 0, 0, header, 0, HEADER_BYTES)
            || !memory.scatter(elements, 0, HEADER_BYTES, packet.segment(), packet.payloadOffset(), bytes)) {
            fail(CompletionStatuses.LOCAL_PROTECTION_ERROR);
            return;
        }
        final boolean immediate = Opcode.is(packet.bth().opcode(), Opcode.IMMEDIATE);
        receive.release();
        completions.completeDatagram(receive.workRequestId(), HEADER_BYTES + bytes,
            immediate ? packet.immDt().value() : 0,
            CompletionFlags.GLOBAL_ROUTING_HEADER | (immediate ? CompletionFlags.WITH_IMMEDIATE : 0),
            service.number(), packet.deth().sourceQueuePair(), packet.bth().isSolicited());
    }

    private void writeHeader(final int packetBytes, final int identification, final Arrival arrival) {
        if (arrival.isIpv4()) {
            headerFields.putLong(0, 0).putLong(Long.BYTES, 0).putInt(2 * Long.BYTES, 0);
            Ipv4Header.write(headerFields, IPV4_START, packetBytes, identification, arrival);
        } else {
            Ipv6Header.write(headerFields, 0, packetBytes, arrival);
        }
    }

    private void fail(final int status) {
        complete(status);
        service.fail();
    }

    private void complete(final int status) {
        receive.release();
        completions.complete(receive.workRequestId(), status, 0, 0, 0, 0, 0, service.number(), false);
    }

    /**
     * Completes all receives as flushed, starting with one that was taken and not completed. A shared queue keeps its
     * receives.
     */
    void flush() {
        while (receive.isPresent() || !receives.isShared() && receives.take(receive)) {
            complete(CompletionStatuses.WORK_REQUEST_FLUSHED);
        }
    }

    /** Discards all receives, unless the queue is shared. */
    void clear() {
        receive.release();
        if (!receives.isShared()) {
            receives.clear();
        }
    }
}
