// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;

/** Sends the packets of one connection. Each packet is addressed to the peer, sealed and counted. */
final class OutgoingPackets {

    private final PacketSink sink;
    private final Icrc icrc;
    private final TransportCounters counters;
    private final PeerTrains trains;
    private UdpPath path;
    private int destinationQueuePair;

    OutgoingPackets(final TransportContext context, final PeerTrains trains) {
        this.trains = trains;
        sink = context.sink();
        icrc = context.icrc();
        counters = context.counters();
    }

    void connect(final UdpPath newPath, final int newDestinationQueuePair) {
        path = newPath;
        destinationQueuePair = newDestinationQueuePair;
    }

    /**
     * Starts a packet. Returns null if none can be sent now. A packet that is not sent after all can be started again.
     */
    RocePacket begin(final int opcode, final int psn, final int flags) {
        final RocePacket packet = sink.claim();
        if (packet != null) {
            packet.begin(opcode, destinationQueuePair, psn, flags);
        }
        return packet;
    }

    void send(final RocePacket packet) {
        send(packet, trains.areTaken());
    }

    /**
     * Sends a packet for the first time. It may test whether the peer accepts trains.
     *
     * @param isLast whether no other packet follows it for now.
     */
    void send(final RocePacket packet, final int psn, final TrainTrial trial, final boolean isLast) {
        final boolean tries = trial.mayBegin(isLast);
        if (send(packet, tries || trains.areTaken()) != 0 && tries) {
            trial.begin(psn, isLast);
        } else if (isLast) {
            trains.countLast();
        }
    }

    /**
     * Sends a FLUSH alone.
     *
     * @param asSpecified whether with the checksum of the specification, instead of the one of Linux rxe.
     */
    void sendFlush(final RocePacket packet, final boolean asSpecified) {
        if (asSpecified) {
            icrc.sealAsSpecified(packet, path, sink.place(packet, path, false));
            submit(packet);
        } else {
            send(packet, false);
        }
    }

    private int send(final RocePacket packet, final boolean mayFollow) {
        final int identification = sink.place(packet, path, mayFollow);
        icrc.seal(packet, path, identification);
        submit(packet);
        return identification;
    }

    private void submit(final RocePacket packet) {
        counters.increment(TransportCounter.PACKETS_SENT);
        counters.add(TransportCounter.BYTES_SENT, packet.lengthBytes());
        sink.submit(packet, path);
    }
}
