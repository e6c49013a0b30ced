// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a socket that sends from several UDP ports and receives at several addresses, of both kinds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeveralSocketsTest {

    private static final int UDP_PORT = 14_797;
    private static final int SOURCE = 0xC123;
    private static final InetAddress IPV6_LOOPBACK = InetAddress.ofLiteral("::1");

    /** All processes share the one loopback address of IPv6, so each socket has a port that is free. */
    private static final int[] IPV6_PORTS = {freePort(), freePort(), freePort(), freePort()};

    private final Icrc icrc = new Icrc();
    private final TransportCounters counters = new TransportCounters();
    private final List<PacketSocket> open = new ArrayList<>();

    /** The kinds of sockets, over both versions of IP. */
    private enum Kind {
        FAST(new AllowedSockets(true, false), false),
        CHANNEL(new AllowedSockets(false, true), false),
        FAST_IPV6(new AllowedSockets(true, false), true),
        CHANNEL_IPV6(new AllowedSockets(false, true), true);

        private final AllowedSockets allowed;
        private final boolean isIpv6;

        Kind(final AllowedSockets allowed, final boolean isIpv6) {
            this.allowed = allowed;
            this.isIpv6 = isIpv6;
        }

        LocalAddress address(final int number) {
            final InetAddress address = isIpv6 ? IPV6_LOOPBACK
                : InetAddress.ofLiteral(PrivateLoopbackAddresses.address(number));
            return new LocalAddress(address, isIpv6 ? IPV6_PORTS[number] : UDP_PORT, "lo", 1, 65_535);
        }
    }

    private static int freePort() {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(IPV6_LOOPBACK, 0))) {
            return socket.getLocalPort();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PacketSocket open(final Kind kind, final int number) throws Exception {
        final LocalAddress local = kind.address(number);
        final PacketSocket opened = new SocketOpening(local, 1 << 20, icrc, new Random(1), counters,
            new PortLog("soft9 at " + local, System.getLogger(SeveralSocketsTest.class.getName())),
            UdpDescriptor::new).open(kind.allowed).socket();
        open.add(opened);
        return opened;
    }

    @AfterEach
    void close() {
        open.forEach(PacketSocket::close);
    }

    private void send(final PacketSocket socket, final UdpPath path, final int psn) {
        final RocePacket packet = socket.claim();
        packet.begin(Opcode.SEND_ONLY, 2, psn, 0);
        packet.endPayload(64);
        icrc.seal(packet, path, socket.place(packet, path, true));
        socket.submit(packet, path);
    }

    /** Receives packets. Returns each as its sequence number, source port and destination. */
    private List<String> receive(final PacketSocket socket, final int count) {
        final List<String> received = new ArrayList<>();
        while (received.size() < count) {
            final RocePacket packet = socket.receive();
            if (packet != null) {
                assertNotEquals(Icrc.CORRUPT, icrc.verify(packet, socket.arrival()), socket.arrival().toString());
                received.add(packet.bth().packetSequenceNumber() + " from " + socket.arrival().sourcePort() + " to "
                    + socket.arrival().destination());
            }
        }
        assertNull(socket.receive(), "nothing arrives twice");
        return received;
    }

    private static UdpPath path(final Kind kind, final int port) {
        final LocalAddress receiver = kind.address(1);
        return new UdpPath(kind.address(0).ip(), port, receiver.ip(), receiver.udpPort(), 0);
    }

    @ParameterizedTest
    @EnumSource
    void packetsLeaveFromThePortOfTheirPath(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);
        final PacketSocket receiver = open(kind, 1);
        final int own = kind.address(0).udpPort();
        final int source = sender.leaveFrom(kind.address(0).ip(), SOURCE);
        assertEquals(source, sender.leaveFrom(kind.address(0).ip(), SOURCE), "the port is kept");

        send(sender, path(kind, own), 1);
        send(sender, path(kind, source), 2);
        send(sender, path(kind, source), 3);
        send(sender, path(kind, own), 4);
        sender.flush();

        final String to = " to " + kind.address(1).ip();
        final List<String> received = receive(receiver, 4);
        received.sort(null);
        assertEquals(List.of("1 from " + own + to, "2 from " + source + to, "3 from " + source + to,
            "4 from " + own + to), received);
        assertTrue(source >= SourcePorts.FIRST && source % LocalSockets.MAX_SOURCES == SOURCE % 64, "port " + source);
    }

    @ParameterizedTest
    @EnumSource
    void aPortInUseIsReplacedByAnother(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);
        final PacketSocket receiver = open(kind, 1);
        final LocalAddress local = kind.address(0);
        try (DatagramChannel other = DatagramChannel.open(
            local.ip().isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            other.bind(new InetSocketAddress(local.address(), 0xC777));
            final int source = sender.leaveFrom(local.ip(), 0xC777);
            assertNotEquals(0xC777, source);

            send(sender, path(kind, source), 1);
            sender.flush();
            assertEquals(List.of("1 from " + source + " to " + kind.address(1).ip()), receive(receiver, 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thereAreNoMorePortsThanRoutersNeed(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);
        final List<Integer> ports = new ArrayList<>();
        for (int wanted = SourcePorts.FIRST; wanted < SourcePorts.FIRST + 1000; wanted++) {
            ports.add(sender.leaveFrom(kind.address(0).ip(), wanted));
        }
        assertTrue(ports.stream().distinct().count() <= LocalSockets.MAX_SOURCES + 1, ports.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"FAST", "CHANNEL"})
    void packetsArriveAtEveryAddressThatIsListenedAt(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);
        final PacketSocket receiver = open(kind, 1);
        final IpAddress second = kind.address(2).ip();
        receiver.listen(second);
        receiver.listen(second);

        send(sender, path(kind, UDP_PORT), 1);
        send(sender, new UdpPath(kind.address(0).ip(), UDP_PORT, second, UDP_PORT, 0), 2);
        sender.flush();
        final List<String> received = receive(receiver, 2);
        received.sort(null);
        assertEquals(List.of("1 from " + UDP_PORT + " to " + kind.address(1).ip(), "2 from " + UDP_PORT + " to "
            + second), received);

        final UdpPath back = new UdpPath(second, UDP_PORT, kind.address(0).ip(), UDP_PORT, 0x20);
        send(receiver, back, 3);
        receiver.flush();
        assertEquals(List.of("3 from " + UDP_PORT + " to " + kind.address(0).ip()), receive(sender, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAST", "CHANNEL"})
    void aWaitEndsWhenAPacketComesToAnAddressThatWasAdded(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);
        final PacketSocket receiver = open(kind, 1);
        final IpAddress second = kind.address(2).ip();
        try (SocketWait wait = receiver.openWait()) {
            receiver.listen(second);
            wait.sleep(false, TimeUnit.SECONDS.toNanos(1));
            final CountDownLatch sleeping = new CountDownLatch(1);
            final Thread sleeper = Thread.ofPlatform().start(() -> {
                try {
                    sleeping.countDown();
                    while (receiver.receive() == null) {
                        wait.sleep(false, Long.MAX_VALUE);
                    }
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sleeping.await();
            Thread.sleep(50);
            send(sender, new UdpPath(kind.address(0).ip(), UDP_PORT, second, UDP_PORT, 0), 2);
            sender.flush();
            sleeper.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPathWithoutSocketLosesItsPackets(final Kind kind) throws Exception {
        final PacketSocket sender = open(kind, 0);

        send(sender, path(kind, SOURCE), 1);
        sender.flush();

        assertEquals(1, counters.get(TransportCounter.PACKETS_REFUSED));
        send(sender, path(kind, kind.address(0).udpPort()), 2);
        sender.flush();
        assertEquals(1, counters.get(TransportCounter.PACKETS_REFUSED));
    }
}
