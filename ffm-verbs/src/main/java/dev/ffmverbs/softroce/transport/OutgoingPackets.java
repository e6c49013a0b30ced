// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/** The way out of one connection: packets addressed to its peer, sealed and counted. */
final class OutgoingPackets {

    private final PacketSink sink;
    private final Icrc icrc;
    private final TransportCounters counters;
    private UdpPath path;
    private int destinationQueuePair;

    OutgoingPackets(final TransportContext context) {
        sink = context.sink();
        icrc = context.icrc();
        counters = context.counters();
    }

    void connect(final UdpPath newPath, final int newDestinationQueuePair) {
        path = newPath;
        destinationQueuePair = newDestinationQueuePair;
    }

    /** Starts a packet; null when none can be sent now. One that is not sent after all is simply started again. */
    RocePacket begin(final int opcode, final int psn, final int flags) {
        final RocePacket packet = sink.claim();
        if (packet != null) {
            packet.begin(opcode, destinationQueuePair, psn, flags);
        }
        return packet;
    }

    void send(final RocePacket packet) {
        icrc.seal(packet, path, sink.place(packet, path, false));
        counters.increment(TransportCounter.PACKETS_SENT);
        counters.add(TransportCounter.BYTES_SENT, packet.lengthBytes());
        sink.submit(packet, path);
    }
}
