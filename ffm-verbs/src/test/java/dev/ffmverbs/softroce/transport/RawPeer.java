// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A stateless peer. It passes single packets to an endpoint and keeps the packets that the endpoint sends. */
final class RawPeer implements AutoCloseable {

    static final int NUMBER = 0x22;
    static final int PEER_NUMBER = 0x33;
    static final int MTU = 256;
    static final int FIRST_PSN = 0xFF_FFFF;
    private static final int ADDRESS = 0x0A000001;
    private static final int PEER_ADDRESS = 0x0A000002;
    private static final int MEMORY_BYTES = 1 << 16;

    final Endpoint endpoint;
    final Deque<RocePacket> answers = new ArrayDeque<>();
    final RocePacket packet = new RocePacket();
    private final UdpPath path = new UdpPath(PEER_ADDRESS, 50_001, ADDRESS, 4791);
    private final int maxReadAtomic;
    long nowNs;

    RawPeer(final int maxReadAtomic) {
        this(maxReadAtomic, false);
    }

    private RawPeer(final int maxReadAtomic, final boolean shared) {
        final PacketSink sink = new PacketSink() {
            @Override
            public RocePacket claim() {
                return new RocePacket();
            }

            @Override
            public void submit(final RocePacket sent, final UdpPath sentPath) {
                answers.add(sent);
            }
        };
        endpoint = new Endpoint(NUMBER, new UdpPath(ADDRESS, 4791, PEER_ADDRESS, 4791), sink,
            new TransportSettings(64, 1 << 16, 1), MEMORY_BYTES, shared);
        this.maxReadAtomic = maxReadAtomic;
        connect();
    }

    /** Creates a peer of an endpoint that takes its receives from a shared queue. */
    static RawPeer withSharedQueue(final int maxReadAtomic) {
        return new RawPeer(maxReadAtomic, true);
    }

    private void connect() {
        endpoint.connect(PEER_NUMBER, MTU, FIRST_PSN, FIRST_PSN, maxReadAtomic, new SendAttributes(0, 8, 7, 7, 4));
    }

    /** Connects the endpoint again, whatever its state is. Its earlier completions and events are forgotten. */
    void reconnect() {
        endpoint.connection.reset();
        connect();
        endpoint.sends.clear();
        endpoint.receives.clear();
        endpoint.events.clear();
    }

    /** Passes a packet to the endpoint, which answers immediately. */
    void send(final int opcode, final int psn, final int payloadBytes, final Consumer<RocePacket> headers) {
        hand(opcode, psn, payloadBytes, headers);
        transmit();
    }

    void hand(final int opcode, final int psn, final int payloadBytes, final Consumer<RocePacket> headers) {
        packet.begin(opcode, NUMBER, psn & 0xFF_FFFF, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        headers.accept(packet);
        for (int i = 0; i < payloadBytes; i++) {
            packet.buffer().put(packet.payloadOffset() + i, (byte) (psn + i));
        }
        if (payloadBytes > 0) {
            packet.endPayload(payloadBytes);
        }
        handSealed();
    }

    void handSealed() {
        endpoint.icrc.seal(packet, path);
        handRaw();
    }

    void handRaw() {
        endpoint.receive(packet, arrivalFrom(path.local().ipv4()), nowNs);
    }

    /** Seals the packet for another place in a train. */
    void seal(final int identification) {
        endpoint.icrc.seal(packet, path, identification);
    }

    /** Passes a packet from another buffer to the endpoint. */
    void hand(final RocePacket other) {
        endpoint.receive(other, arrivalFrom(path.local().ipv4()), nowNs);
    }

    void handFrom(final int address) {
        endpoint.receive(packet, arrivalFrom(address), nowNs);
    }

    private Arrival arrivalFrom(final int address) {
        return Arrival.over(new UdpPath(address, path.localPort(), path.remoteIp().ipv4(), path.remotePort()));
    }

    void transmit() {
        boolean more = true;
        while (more) {
            more = endpoint.connection.transmit(nowNs, 16);
        }
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
