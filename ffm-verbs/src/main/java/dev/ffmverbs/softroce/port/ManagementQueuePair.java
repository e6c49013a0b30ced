// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.function.Consumer;

/** Queue pair 1 of a port: takes and sends datagrams for its agent, and keeps its time; under the dispatch lock. */
final class ManagementQueuePair {

    static final int NUMBER = 1;

    private final LocalAddress local;
    private final TransportContext transport;
    private ManagementAgent agent;
    private boolean waits;
    private long dueNs;

    ManagementQueuePair(final LocalAddress local, final TransportContext transport) {
        this.local = local;
        this.transport = transport;
    }

    void agent(final ManagementAgent newAgent) {
        agent = newAgent;
        if (newAgent == null) {
            waits = false;
        } else {
            schedule();
        }
    }

    /** Asks the agent anew when it wants to be called. */
    void schedule() {
        if (agent != null) {
            final long untilNs = agent.untilNextDeadlineNs();
            waits = untilNs != Long.MAX_VALUE;
            dueNs = waits ? System.nanoTime() + untilNs : 0;
        }
    }

    boolean hasDeadline() {
        return waits;
    }

    long deadlineNs() {
        return dueNs;
    }

    void expire(final long nowNs) {
        if (waits && nowNs - dueNs >= 0) {
            agent.tick();
            schedule();
        }
    }

    void connectionEstablished(final int queuePair) {
        if (agent != null) {
            agent.connectionEstablished(queuePair);
            schedule();
        }
    }

    /** Takes a packet without defect. */
    void receive(final RocePacket packet, final int sourceAddress, final int sourcePort) {
        if (agent == null) {
            transport.counters().increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else if (!Opcode.is(packet.opcode(), Opcode.DETH)) {
            transport.counters().increment(TransportCounter.DROPPED_OPCODE);
        } else if (Icrc.CORRUPT == transport.icrc().verify(
            packet, sourceAddress, sourcePort, local.value(), local.udpPort())) {
            transport.counters().increment(TransportCounter.DROPPED_CHECKSUM);
        } else {
            agent.received(packet, sourceAddress);
            schedule();
        }
    }

    /** Sends a datagram, or loses it when there is no room for it. */
    void send(final int peerAddress, final Consumer<? super RocePacket> contents) {
        final RocePacket packet = transport.sink().claim();
        if (packet == null) {
            transport.counters().increment(TransportCounter.PACKETS_REFUSED);
            return;
        }
        contents.accept(packet);
        final UdpPath path = new UdpPath(local.value(), local.udpPort(), peerAddress, local.udpPort());
        transport.icrc().seal(packet, path);
        transport.counters().increment(TransportCounter.PACKETS_SENT);
        transport.counters().add(TransportCounter.BYTES_SENT, packet.lengthBytes());
        transport.sink().submit(packet, path);
    }
}
