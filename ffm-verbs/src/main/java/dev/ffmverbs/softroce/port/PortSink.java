// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/** Where connections send: the socket, or faults in front of it once some were asked for; under the dispatch lock. */
final class PortSink implements PacketSink {

    private static final int HELD_PACKETS = 256;

    private final UdpSocket socket;
    private final TransportCounters counters;
    private final PortLog log;
    private FaultInjector faults;

    PortSink(final UdpSocket socket, final TransportCounters counters, final PortLog log) {
        this.socket = socket;
        this.counters = counters;
        this.log = log;
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
        try {
            return faults != null && faults.losesIncoming();
        } catch (final Throwable e) {
            log.failed("injecting faults into an incoming packet", "the packet is handled", e);
            return false;
        }
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
            try {
                faults.release();
            } catch (final Throwable e) {
                lost("sending a packet that was delayed on purpose", e);
            }
        }
    }

    @Override
    public RocePacket claim() {
        return socket.claim();
    }

    /** Sends a packet; one whose sending fails, however it does, is like one that is lost. */
    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        try {
            if (faults == null) {
                socket.submit(packet, path);
            } else {
                faults.submit(packet, path);
            }
        } catch (final Throwable e) {
            lost("sending a packet", e);
        }
    }

    private void lost(final String activity, final Throwable reason) {
        counters.increment(TransportCounter.PACKETS_REFUSED);
        log.failed(activity, "the packet is lost", reason);
    }
}
