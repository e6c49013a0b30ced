// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;

/**
 * A UDP socket that never blocks and whose packets carry the IPv4 identification 0.
 *
 * <p>Linux gives a packet the identification 0 if it must not be fragmented and its socket is not connected ({@code
 * ip_select_ident_segs}). In Java, the option {@code IP_DONTFRAGMENT} prevents fragments. It requires a protocol family
 * of one version of IP. The socket is bound to one address, because the source address is part of the checksum.
 *
 * <p>Over IPv6, a channel receives only packets with a UDP checksum. Software devices send one, kernel devices and NICs
 * do not.
 *
 * <p>Guarded by the dispatch lock, except {@link #openWait()} and {@link #close()}.
 */
final class UdpSocket implements PacketSocket {

    static final int SEND_BUFFER_BYTES = 1 << 20;

    /** A channel, and the traffic class of the packets that it sends now. */
    private static final class Sender {
        final DatagramChannel channel;
        private int trafficClass;

        Sender(final DatagramChannel channel) {
            this.channel = channel;
        }

        /** One channel serves many paths. Its traffic class changes whenever packets of another class follow. */
        void trafficClass(final int newTrafficClass) throws IOException {
            if (newTrafficClass != trafficClass) {
                channel.setOption(StandardSocketOptions.IP_TOS, newTrafficClass);
                trafficClass = newTrafficClass;
            }
        }
    }

    private final DatagramChannel channel;
    private final LocalSockets<Sender> sockets;
    private final LocalAddress local;
    private final TransportCounters counters;
    private final PortLog log;
    private final RocePacket outgoing = new RocePacket();
    private final RocePacket incoming = new RocePacket();

    /** Path of the packet that the system had no room for, or null if there is room. */
    private UdpPath waiting;

    private final LogLimit refusalLimit = new LogLimit();

    /** The channels that receive and their addresses, and the index of the one that is asked next. */
    private DatagramChannel[] receivers = {};
    private IpAddress[] addresses = {};
    private int current;

    /** The last wait that was opened, or null. */
    private volatile SelectorWait wait;

    private SocketAddress lastSource;
    private final Arrival arrival = new Arrival();

    private UdpSocket(
        final DatagramChannel channel, final LocalAddress local, final int receiveBufferBytes,
        final TransportCounters counters, final PortLog log) {
        this.channel = channel;
        this.sockets = new LocalSockets<>(local.ip(), new Sender(channel), local.udpPort(),
            (address, udpPort, receives) -> new Sender(
                openOther(address, udpPort, local.interfaceName(), receives ? receiveBufferBytes : 1)),
            sender -> close(sender.channel, log));
        this.local = local;
        this.counters = counters;
        this.log = log;
        arrival.at(local.ip(), local.udpPort());
        receiveFrom(channel, local.ip());
    }

    /**
     * Opens a socket.
     *
     * @param local              address and port to bind to.
     * @param receiveBufferBytes size of the receive buffer to request.
     * @param counters           counts packets that cannot be sent.
     * @param log                receives the reason why they cannot be sent.
     * @return the socket, in non-blocking mode.
     * @throws ProviderException {@code EADDRINUSE} if the UDP port is in use, {@code EADDRNOTAVAIL} if this machine
     *     does not have the address, {@code EOPNOTSUPP} if fragmentation of packets cannot be prevented.
     */
    static UdpSocket open(
        final LocalAddress local, final int receiveBufferBytes, final TransportCounters counters, final PortLog log)
        throws ProviderException {
        DatagramChannel channel = null;
        boolean open = false;
        try {
            channel = DatagramChannel.open(family(local.ip()));
            prepare(channel, local.ip(), local.interfaceName(), receiveBufferBytes);
            bind(channel, local);
            final UdpSocket socket = new UdpSocket(channel, local, receiveBufferBytes, counters, log);
            open = true;
            return socket;
        } catch (final UnsupportedOperationException e) {
            throw failure(local, Errno.EOPNOTSUPP, "this system cannot keep UDP packets from being fragmented: " + e);
        } catch (final IOException e) {
            throw failure(local, Errno.EIO, "cannot open a UDP socket: " + e);
        } finally {
            if (!open && channel != null) {
                close(channel, log);
            }
        }
    }

    private static void prepare(
        final DatagramChannel channel, final IpAddress address, final String interfaceName,
        final int receiveBufferBytes) throws IOException {
        channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, UdpDescriptor.MULTICAST_TIME_TO_LIVE);
        final NetworkInterface toGroups = address.isIpv4() ? null : NetworkInterface.getByName(interfaceName);
        if (toGroups != null) {
            // Over IPv4, the system chooses the interface of the address.
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, toGroups);
        }
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        channel.configureBlocking(false);
    }

    /** Opens a channel at another address or UDP port. */
    private static DatagramChannel openOther(
        final IpAddress address, final int udpPort, final String interfaceName, final int receiveBufferBytes)
        throws IOException {
        final DatagramChannel channel = DatagramChannel.open(family(address));
        boolean complete = false;
        try {
            prepare(channel, address, interfaceName, receiveBufferBytes);
            channel.bind(new InetSocketAddress(address.toInetAddress(), udpPort));
            complete = true;
            return channel;
        } finally {
            if (!complete) {
                channel.close();
            }
        }
    }

    static ProtocolFamily family(final IpAddress address) {
        return address.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private static void bind(final DatagramChannel channel, final LocalAddress local) throws ProviderException {
        try {
            channel.bind(local.socketAddress());
        } catch (final IOException e) {
            throw bindFailure(local, e instanceof java.net.BindException, e.getMessage());
        }
    }

    /** Explains why a socket cannot be bound. */
    static ProviderException bindFailure(final LocalAddress local, final boolean refused, final String reason) {
        if (!isBindable(local)) {
            return failure(local, Errno.EADDRNOTAVAIL,
                "no socket can be bound to " + local.address().getHostAddress() + ": " + reason);
        }
        return refused ? failure(local, Errno.EADDRINUSE, PortOccupant.advice(local, PortOccupant.MODULES))
            : failure(local, Errno.EACCES, "UDP port " + local.udpPort() + " cannot be bound: " + reason);
    }

    /** Returns whether another UDP port of the address can be bound. */
    private static boolean isBindable(final LocalAddress local) {
        try (DatagramChannel probe = DatagramChannel.open(family(local.ip()))) {
            probe.bind(new InetSocketAddress(local.address(), 0));
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    static ProviderException failure(final LocalAddress local, final int errno, final String advice) {
        return new ProviderException("ibv_open_device", "address=" + local.address().getHostAddress() + ", port="
            + local.udpPort() + ", interface=" + local.interfaceName(), errno, advice);
    }

    @Override
    public SocketWait openWait() throws IOException {
        final SelectorWait opened = new SelectorWait(channel, log);
        wait = opened;
        return opened;
    }

    @Override
    public GroupSockets openGroups() throws IOException {
        return new ChannelGroupSockets(local);
    }

    @Override
    public int receiveBufferBytes() throws IOException {
        // Linux reserves twice the requested size, and Java reports half of that.
        return 2 * channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public boolean avoidsFragments() throws IOException {
        return channel.getOption(ExtendedSocketOptions.IP_DONTFRAGMENT);
    }

    @Override
    public boolean isBlocked() {
        return waiting != null;
    }

    @Override
    public void sendWaiting() {
        if (waiting != null) {
            final UdpPath path = waiting;
            waiting = null;
            submit(outgoing, path);
        }
    }

    @Override
    public RocePacket claim() {
        sendWaiting();
        return isBlocked() ? null : outgoing;
    }

    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        final ByteBuffer bytes = packet.buffer();
        bytes.limit(packet.lengthBytes()).position(0);
        try {
            final Sender sender = sockets.sender(path);
            if (sender == null) {
                throw new IOException("this device has no socket for packets from " + path);
            }
            sender.trafficClass(path.trafficClass());
            if (sender.channel.send(bytes, path.remote()) == 0) {
                waiting = path;
                blockOn(sender.channel);
            }
        } catch (final IOException | IllegalArgumentException e) {
            countRefused(path, e);
        } finally {
            bytes.clear();
        }
    }

    private void blockOn(final DatagramChannel blocked) {
        final SelectorWait present = wait;
        if (present != null) {
            present.blockOn(blocked);
        }
    }

    @Override
    public void listen(final IpAddress address) throws IOException {
        sockets.open(address, opened -> {
            final SelectorWait present = wait;
            if (present != null) {
                present.add(opened.channel);
            }
            receiveFrom(opened.channel, address);
        });
    }

    private void receiveFrom(final DatagramChannel receiver, final IpAddress address) {
        receivers = Arrays.copyOf(receivers, receivers.length + 1);
        receivers[receivers.length - 1] = receiver;
        addresses = Arrays.copyOf(addresses, addresses.length + 1);
        addresses[addresses.length - 1] = address;
    }

    @Override
    public int leaveFrom(final IpAddress address, final int wanted) {
        return sockets.leaveFrom(address, wanted);
    }

    /** Counts a packet that cannot be sent as lost. */
    private void countRefused(final UdpPath path, final Exception reason) {
        counters.increment(TransportCounter.PACKETS_REFUSED);
        final String refusal = path + ": " + reason;
        if (channel.isOpen() && refusalLimit.tryAdmit(refusal, System.nanoTime())) {
            log.warn("cannot send packets from " + path + ": " + reason + ". These packets count as lost");
        }
    }

    @Override
    public RocePacket receive() {
        final RocePacket packet = incoming;
        final ByteBuffer bytes = packet.buffer();
        bytes.clear();
        try {
            final SocketAddress source = receiveInto(bytes);
            if (source == null) {
                return null;
            }
            packet.lengthBytes(bytes.position());
            if (source != lastSource) {
                remember(source);
            }
            return packet;
        } catch (final IOException e) {
            return null;
        } finally {
            bytes.clear();
        }
    }

    /** Receives a packet from the first channel that has one. Returns its source, or null if none has. */
    private SocketAddress receiveInto(final ByteBuffer bytes) throws IOException {
        final int channels = receivers.length;
        if (channels == 1) {
            return channel.receive(bytes);
        }
        SocketAddress source = null;
        for (int i = 0; i < channels && source == null; i++) {
            source = receivers[current].receive(bytes);
            if (source != null) {
                arrival.at(addresses[current], local.udpPort());
            }
            current = (current + 1) % channels;
        }
        return source;
    }

    /** Stores the source of a packet. The JDK returns the same object for successive packets of the same source. */
    private void remember(final SocketAddress source) {
        final InetSocketAddress address = (InetSocketAddress) source;
        arrival.from(IpAddress.of(address.getAddress()), address.getPort());
        lastSource = source;
    }

    @Override
    public Arrival arrival() {
        return arrival;
    }

    @Override
    public LocalAddress local() {
        return local;
    }

    @Override
    public String description() {
        return "channel socket";
    }

    @Override
    public void close() {
        sockets.close();
    }

    private static void close(final DatagramChannel channel, final PortLog log) {
        try {
            channel.close();
        } catch (final IOException e) {
            log.debug("closing its UDP socket", e);
        }
    }

    @Override
    public String toString() {
        return "UDP channel at " + local + (waiting == null ? "" : ", blocked");
    }
}
