// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.transport.TransportContext;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Queue pair 1 of a port. It receives and sends datagrams for its agent, and calls the agent at its deadlines. Guarded
 * by the dispatch lock.
 *
 * <p>If the agent throws, queue pairs that carry data continue, and so does the agent.
 */
final class ManagementQueuePair {

    static final int NUMBER = 1;

    /** Time until an agent that threw an exception is called again. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LocalAddress local;
    private final TransportContext transport;
    private final PortLog log;
    private ManagementAgent agent;
    private boolean waits;
    private long dueNs;

    ManagementQueuePair(final LocalAddress local, final TransportContext transport, final PortLog log) {
        this.local = local;
        this.transport = transport;
        this.log = log;
    }

    void setAgent(final ManagementAgent newAgent) {
        agent = newAgent;
        if (newAgent == null) {
            waits = false;
        } else {
            schedule();
        }
    }

    /** Asks the agent for its next deadline. */
    void schedule() {
        if (agent != null) {
            long untilNs = PAUSE_NS;
            try {
                untilNs = agent.untilNextDeadlineNs();
            } catch (final Throwable e) {
                handleFailure("asking the connection manager for its deadline", "it is asked again", e);
            }
            waits = untilNs != Long.MAX_VALUE;
            dueNs = waits ? System.nanoTime() + untilNs : 0;
        }
    }

    /** Logs what the agent threw, and calls it again soon, because it may have requested that. */
    private void handleFailure(final String activity, final String outcome, final Throwable reason) {
        waits = true;
        dueNs = System.nanoTime() + PAUSE_NS;
        log.error(activity, outcome, reason);
    }

    boolean hasDeadline() {
        return waits;
    }

    long deadlineNs() {
        return dueNs;
    }

    void expire(final long nowNs) {
        if (waits && nowNs - dueNs >= 0) {
            try {
                agent.tick();
                schedule();
            } catch (final Throwable e) {
                handleFailure("calling the connection manager at its deadline", "it is called again", e);
            }
        }
    }

    void onFirstPacket(final int queuePair) {
        if (agent != null) {
            try {
                agent.onFirstPacket(queuePair);
                schedule();
            } catch (final Throwable e) {
                handleFailure("notifying the connection manager of the first packet for queue pair " + queuePair,
                    "the peer's next message notifies it", e);
            }
        }
    }

    void onSignOfLife(final int queuePair) {
        if (agent != null) {
            try {
                agent.onSignOfLife(queuePair);
                schedule();
            } catch (final Throwable e) {
                handleFailure("notifying the connection manager that the peer of queue pair " + queuePair + " is alive",
                    "the next probe notifies it", e);
            }
        }
    }

    /**
     * Handles a packet without defect. Drops what was sent to another address than that of the device, because answers
     * leave from that address only.
     */
    void receive(final RocePacket packet, final Arrival arrival) {
        if (agent == null) {
            transport.counters().increment(TransportCounter.DROPPED_QUEUE_PAIR);
        } else if (!Opcode.is(packet.bth().opcode(), Opcode.DETH)) {
            transport.counters().increment(TransportCounter.DROPPED_OPCODE);
        } else if (!arrival.isAt(local.ip())) {
            transport.counters().increment(TransportCounter.DROPPED_MANAGEMENT);
        } else if (Icrc.CORRUPT == transport.icrc().verify(packet, arrival)) {
            transport.counters().increment(TransportCounter.DROPPED_CHECKSUM);
        } else {
            try {
                agent.receive(packet, arrival);
                schedule();
            } catch (final Throwable e) {
                handleFailure("handling a datagram of the connection manager at "
                    + arrival.source(),
                    "the datagram is dropped, and its sender sends it again", e);
            }
        }
    }

    /** Sends a datagram, or drops it if there is no room. */
    void send(final IpAddress peer, final int trafficClass, final Consumer<? super RocePacket> contents) {
        final RocePacket packet = transport.sink().claim();
        if (packet == null) {
            transport.counters().increment(TransportCounter.PACKETS_REFUSED);
            return;
        }
        contents.accept(packet);
        final UdpPath path = new UdpPath(
            local.ip(), local.udpPort(), peer, local.udpPort(), trafficClass);
        transport.icrc().seal(packet, path);
        transport.counters().increment(TransportCounter.PACKETS_SENT);
        transport.counters().add(TransportCounter.BYTES_SENT, packet.lengthBytes());
        transport.sink().submit(packet, path);
    }
}
