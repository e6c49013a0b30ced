// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A stateless peer of an unreliable end. It passes single packets to the end, and keeps what the end sends. */
final class UnreliablePeer implements AutoCloseable {

    static final int NUMBER = 0x22;
    static final int PEER_NUMBER = 0x33;
    static final int FIRST_PSN = 0xFF_FFFE;
    static final int ADDRESS = 0x0A000001;
    static final int PEER_ADDRESS = 0x0A000002;

    final UnreliableEnd end;
    final Deque<RocePacket> sent = new ArrayDeque<>();
    final RocePacket packet = new RocePacket();
    private final UdpPath path = new UdpPath(PEER_ADDRESS, 50_001, ADDRESS, 4791);

    private UnreliablePeer(final boolean datagrams, final boolean shared) {
        final PacketSink sink = new PacketSink() {
            @Override
            public RocePacket claim() {
                return new RocePacket();
            }

            @Override
            public void submit(final RocePacket submitted, final UdpPath submittedPath) {
                sent.add(submitted);
            }
        };
        final UdpPath toPeer = new UdpPath(ADDRESS, 4791, PEER_ADDRESS, 4791);
        end = datagrams ? UnreliableEnd.datagram(NUMBER, toPeer, sink)
            : UnreliableEnd.connection(NUMBER, toPeer, sink, PEER_NUMBER, FIRST_PSN, shared);
    }

    static UnreliablePeer ofConnection() {
        return new UnreliablePeer(false, false);
    }

    static UnreliablePeer ofConnectionWithSharedQueue() {
        return new UnreliablePeer(false, true);
    }

    static UnreliablePeer ofDatagram() {
        return new UnreliablePeer(true, false);
    }

    /** Passes a packet to the end. Its payload is a sequence of equal bytes. The number counts from the first one. */
    void hand(
        final int opcode, final int number, final int payloadBytes, final int value,
        final Consumer<RocePacket> headers) {
        packet.begin(opcode, NUMBER, FIRST_PSN + number & 0xFF_FFFF, 0);
        headers.accept(packet);
        for (int i = 0; i < payloadBytes; i++) {
            packet.buffer().put(packet.payloadOffset() + i, (byte) value);
        }
        packet.endPayload(payloadBytes);
        handSealed();
    }

    void handSealed() {
        end.icrc.seal(packet, path);
        handRaw();
    }

    void handRaw() {
        handFrom(path.local().ipv4());
    }

    void handFrom(final int address) {
        end.receive(packet, Arrival.over(
            new UdpPath(address, path.localPort(), path.remoteIp().ipv4(), path.remotePort())), 0);
    }

    void transmit() {
        end.transmit(0);
    }

    @Override
    public void close() {
        end.close();
    }
}
