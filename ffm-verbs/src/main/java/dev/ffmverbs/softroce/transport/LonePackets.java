// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/**
 * Sends packets of unreliable services. Each leaves alone, with identification 0, because no answer ever shows whether
 * the receiver accepts trains.
 */
final class LonePackets {

    private final PacketSink sink;
    private final Icrc icrc;
    private final TransportCounters counters;

    LonePackets(final TransportContext context) {
        sink = context.sink();
        icrc = context.icrc();
        counters = context.counters();
    }

    /** Returns a packet to fill, or null if none can be sent now. A packet that is not sent can be claimed again. */
    RocePacket claim() {
        return sink.claim();
    }

    /** Seals, counts and sends a packet. */
    void send(final RocePacket packet, final UdpPath path) {
        icrc.seal(packet, path, sink.place(packet, path, false));
        counters.increment(TransportCounter.PACKETS_SENT);
        counters.add(TransportCounter.BYTES_SENT, packet.lengthBytes());
        sink.submit(packet, path);
    }
}
