// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Checks, before a socket is used, that packets leave it as covered by their checksums.
 *
 * <p>A packet sent to the device's own address must come back unchanged, from the same address and UDP port. Address
 * translation or a firewall may prevent this. The socket must also prevent fragmentation, because Linux chooses the
 * IPv4 identification accordingly. The identification itself is not visible to a socket, but follows from the checksum.
 *
 * <p>A train must come back with the identifications 0, 1, 2 and so on. Packets to the device's own address take the
 * loopback interface, whatever interface the address belongs to. The test therefore shows how this kernel behaves. A
 * network interface that splits trains itself may behave differently, and only peers see that. To them, packets with
 * other identifications are corrupt.
 */
final class SocketSelfTest {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int CONTENT_BYTES = 16;
    /** A train of packets of one length, with a shorter one at the end. */
    private static final int TRAIN_PACKETS = 4;
    /** No queue pair of a software device has this number. */
    private static final int NOBODY = QueuePairNumbers.SUBNET_MANAGEMENT;

    private final PacketSocket socket;
    private final Icrc icrc;
    private final UdpPath path;
    private final long firstWord;
    private final long secondWord;

    SocketSelfTest(final PacketSocket socket, final Icrc icrc, final RandomGenerator random) {
        this.socket = socket;
        this.icrc = icrc;
        final LocalAddress local = socket.local();
        this.path = new UdpPath(local.ip(), local.udpPort(), local.ip(), local.udpPort(), 0);
        this.firstWord = random.nextLong();
        this.secondWord = random.nextLong();
    }

    /**
     * Runs the test, with a train if the socket has trains. Packets from others that arrive during the test are lost.
     *
     * @throws ProviderException {@code EPROTO} if the socket must not be used.
     */
    void run() throws ProviderException {
        requireWholePackets();
        final int packets = socket.hasTrains() ? TRAIN_PACKETS : 1;
        for (int i = 0; i < packets; i++) {
            sendToOurselves(i, i > 0 && i == packets - 1 ? CONTENT_BYTES : 2 * CONTENT_BYTES);
        }
        socket.flush();
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        for (int i = 0; i < packets; i++) {
            receiveOurs(i, deadlineNs);
        }
    }

    private void receiveOurs(final int index, final long deadlineNs) throws ProviderException {
        RocePacket received = socket.receive();
        while (received == null || !isOurs(received, index)) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw failure("no packet it sends to itself comes back unchanged within 1 s. A firewall or"
                    + " address translation may be the cause");
            }
            if (received == null) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            received = socket.receive();
        }
        final int identification = icrc.verify(received, socket.arrival());
        if (identification != (path.isIpv4() ? index : 0)) {
            throw failure("a packet to itself arrived as " + socket.arrival()
                + " with another checksum: addresses are translated on the way"
                + (index == 0 ? "" : ", or packets of a train do not keep the order in which they were sent"));
        }
    }

    private void requireWholePackets() throws ProviderException {
        try {
            if (!socket.avoidsFragments()) {
                throw failure("the system allows its packets to be fragmented, and so counts up their IPv4"
                    + " identification");
            }
        } catch (final IOException e) {
            throw failure("cannot read its options: " + e);
        }
    }

    private void sendToOurselves(final int index, final int contentBytes) throws ProviderException {
        final RocePacket packet = socket.claim();
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, NOBODY, index, 0);
        packet.deth().set(0, NOBODY);
        packet.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset(), firstWord);
        packet.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset() + Long.BYTES, secondWord);
        packet.endPayload(contentBytes);
        if (socket.place(packet, path, true) != index) {
            throw failure("it does not put packets of one length in a train");
        }
        icrc.seal(packet, path, index);
        socket.submit(packet, path);
    }

    private boolean isOurs(final RocePacket packet, final int index) {
        return packet.defect() == null && packet.bth().opcode() == Opcode.DATAGRAM_SEND_ONLY
            && packet.bth().destinationQueuePair() == NOBODY && packet.bth().packetSequenceNumber() == index
            && packet.payloadBytes() >= CONTENT_BYTES
            && packet.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset()) == firstWord
            && packet.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset() + Long.BYTES) == secondWord;
    }

    private ProviderException failure(final String reason) {
        return new ProviderException("ibv_open_device", "address=" + socket.local(), Errno.EPROTO,
            "the self-test of the UDP socket failed: " + reason);
    }
}
