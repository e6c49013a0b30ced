// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/** Where connections send: the socket, or faults in front of it once some were asked for; under the dispatch lock. */
final class PortSink implements PacketSink {

    private static final int HELD_PACKETS = 256;

    private final UdpSocket socket;
    private final TransportCounters counters;
    private FaultInjector faults;

    PortSink(final UdpSocket socket, final TransportCounters counters) {
        this.socket = socket;
        this.counters = counters;
    }

    void faults(final FaultSettings settings) {
        if (faults != null) {
            faults.settings(settings);
        } else if (!settings.equals(FaultSettings.NONE)) {
            faults = new FaultInjector(socket, counters, settings, System::nanoTime, HELD_PACKETS);
        }
    }

    /** Whether a packet that came in is lost on purpose. */
    boolean losesIncoming() {
        return faults != null && faults.losesIncoming();
    }

    boolean holdsPackets() {
        return faults != null && faults.holdsPackets();
    }

    /** When to call {@link #release} next, while packets are held. */
    long dueNs() {
        return faults.dueNs();
    }

    /** Sends on the packets held long enough. */
    void release(final long nowNs) {
        if (holdsPackets() && nowNs - faults.dueNs() >= 0) {
            faults.release();
        }
    }

    @Override
    public RocePacket claim() {
        return socket.claim();
    }

    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        if (faults == null) {
            socket.submit(packet, path);
        } else {
            faults.submit(packet, path);
        }
    }
}
