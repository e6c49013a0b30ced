// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/** A multicast group: its socket, and the queue pairs that receive what the socket does. */
final class MulticastGroup {

    private static final PortQueuePair[] NOBODY = {};

    private final IpAddress address;
    private final DatagramChannel channel;

    /** Guarded by the dispatch lock. */
    private PortQueuePair[] members = NOBODY;

    /** How often the group is held without a member. Guarded by {@link MulticastGroups}. */
    private int holders;

    private MulticastGroup(final IpAddress address, final DatagramChannel channel) {
        this.address = address;
        this.channel = channel;
    }

    /**
     * Opens the socket of a group.
     *
     * @throws IOException if the system refuses it. Other sockets of this machine may have the group as well, if they
     *     allow that as this one does.
     */
    static MulticastGroup open(final LocalAddress local, final IpAddress address) throws IOException {
        final NetworkInterface joined = NetworkInterface.getByName(local.interfaceName());
        if (joined == null) {
            throw new IOException("there is no interface " + local.interfaceName());
        }
        final InetAddress group = address.toInetAddress();
        final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        boolean complete = false;
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(group, local.udpPort()));
            channel.join(group, joined);
            channel.configureBlocking(false);
            final MulticastGroup opened = new MulticastGroup(address, channel);
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                channel.close();
            }
        }
    }

    /** Returns the IPv4 address of the group. */
    IpAddress address() {
        return address;
    }

    DatagramChannel channel() {
        return channel;
    }

    /** Adds a member, unless it is one. */
    void add(final PortQueuePair queuePair) {
        if (!Arrays.asList(members).contains(queuePair)) {
            members = Arrays.copyOf(members, members.length + 1);
            members[members.length - 1] = queuePair;
        }
    }

    /** Removes a member. Returns false if it was none. */
    boolean remove(final PortQueuePair queuePair) {
        final int before = members.length;
        members = Arrays.stream(members).filter(member -> member != queuePair).toArray(PortQueuePair[]::new);
        return members.length != before;
    }

    void hold() {
        holders++;
    }

    void release() {
        holders = Math.max(0, holders - 1);
    }

    /** Returns whether nothing needs the group. */
    boolean isEmpty() {
        return members.length == 0 && holders == 0;
    }

    PortQueuePair[] members() {
        return members;
    }

    void close(final PortLog log) {
        try {
            channel.close();
        } catch (final IOException e) {
            log.debug("closing the socket of multicast group " + this, e);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
