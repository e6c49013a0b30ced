// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Sockets of groups that are channels. Over IPv6, they receive only packets with a UDP checksum. They receive what
 * arrives at any interface of the machine that is a member of the group.
 */
final class ChannelGroupSockets implements GroupSockets {

    private final LocalAddress local;
    private final Selector selector;
    private final RocePacket packet = new RocePacket();
    private final Arrival arrival = new Arrival();

    ChannelGroupSockets(final LocalAddress local) throws IOException {
        this.local = local;
        this.selector = Selector.open();
    }

    @Override
    public GroupSocket open(final IpAddress group) throws IOException {
        final NetworkInterface joined = NetworkInterface.getByName(local.interfaceName());
        if (joined == null) {
            throw new IOException("there is no interface " + local.interfaceName());
        }
        final InetAddress address = group.toInetAddress();
        final DatagramChannel channel = DatagramChannel.open(UdpSocket.family(group));
        boolean complete = false;
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(
                group.isIpv4() ? address : Inet6Address.getByAddress(null, address.getAddress(), joined.getIndex()),
                local.udpPort()));
            channel.join(address, joined);
            channel.configureBlocking(false);
            final GroupSocket socket = new ChannelGroupSocket(group, channel);
            channel.register(selector, SelectionKey.OP_READ);
            selector.wakeup();
            complete = true;
            return socket;
        } finally {
            if (!complete) {
                channel.close();
            }
        }
    }

    @Override
    public Arrival arrival() {
        return arrival;
    }

    @Override
    public void await() throws IOException {
        selector.select(ready -> { });
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /** The channel of a group. */
    private final class ChannelGroupSocket implements GroupSocket {

        private final IpAddress group;
        private final DatagramChannel channel;

        ChannelGroupSocket(final IpAddress group, final DatagramChannel channel) {
            this.group = group;
            this.channel = channel;
        }

        @Override
        public RocePacket receive() {
            final ByteBuffer bytes = packet.buffer();
            bytes.clear();
            try {
                final InetSocketAddress source = (InetSocketAddress) channel.receive(bytes);
                if (source == null) {
                    return null;
                }
                packet.lengthBytes(bytes.position());
                arrival.at(group, local.udpPort());
                arrival.from(IpAddress.of(source.getAddress()), source.getPort());
                return packet;
            } catch (final IOException e) {
                // The group was left, or the system reports an earlier packet that could not be delivered.
                return null;
            } finally {
                bytes.clear();
            }
        }

        @Override
        public void close(final PortLog log) {
            try {
                channel.close();
            } catch (final IOException e) {
                log.debug("closing the socket of multicast group " + group, e);
            }
            // The selector releases a closed channel when it selects again.
            selector.wakeup();
        }
    }
}
