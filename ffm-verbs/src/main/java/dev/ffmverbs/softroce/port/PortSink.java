// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/** Sends packets to the socket, through a fault injector once faults were requested. Guarded by the dispatch lock. */
final class PortSink implements PacketSink {

    private static final int HELD_PACKETS = 256;

    private final PacketSocket socket;
    private final TransportCounters counters;
    private final PortLog log;
    private FaultInjector faults;

    PortSink(final PacketSocket socket, final TransportCounters counters, final PortLog log) {
        this.socket = socket;
        this.counters = counters;
        this.log = log;
    }

    void injectFaults(final FaultSettings settings) {
        if (faults != null) {
            faults.settings(settings);
        } else if (!settings.equals(FaultSettings.NONE)) {
            faults = new FaultInjector(socket, counters, settings, System::nanoTime, HELD_PACKETS);
        }
    }

    /** Drops an incoming packet if the faults require it. Returns whether it is dropped. */
    boolean dropIncoming(final Arrival arrival) {
        try {
            return faults != null && faults.dropIncoming(arrival);
        } catch (final Throwable e) {
            log.error("injecting faults into an incoming packet", "the packet is handled", e);
            return false;
        }
    }

    boolean holdsPackets() {
        return faults != null && faults.holdsPackets();
    }

    /** Returns when to call {@link #release} next. Valid only while packets are held. */
    long dueNs() {
        return faults.dueNs();
    }

    /** Sends the packets whose delay has passed. */
    void release(final long nowNs) {
        if (holdsPackets() && nowNs - faults.dueNs() >= 0) {
            try {
                faults.release();
            } catch (final Throwable e) {
                countLost("sending a deliberately delayed packet", e);
            }
        }
    }

    @Override
    public RocePacket claim() {
        return socket.claim();
    }

    @Override
    public int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
        return faults == null ? socket.place(packet, path, mayFollow) : faults.place(packet, path, mayFollow);
    }

    /** Sends a packet. If that fails in any way, the packet counts as lost. */
    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        try {
            if (faults == null) {
                socket.submit(packet, path);
            } else {
                faults.submit(packet, path);
            }
        } catch (final Throwable e) {
            countLost("sending a packet", e);
        }
    }

    /** Sends what the socket has collected. If that fails in any way, a packet counts as lost. */
    @Override
    public void flush() {
        try {
            socket.flush();
        } catch (final Throwable e) {
            countLost("sending packets", e);
        }
    }

    /** Tries to send the packets that wait for room, if there are any. If that fails in any way, a packet is lost. */
    void sendWaiting() {
        try {
            socket.sendWaiting();
        } catch (final Throwable e) {
            countLost("sending packets that waited for room", e);
        }
    }

    private void countLost(final String activity, final Throwable reason) {
        counters.increment(TransportCounter.PACKETS_REFUSED);
        log.error(activity, "the packet is lost", reason);
    }
}
