// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.CallFailedException;
import dev.ffmverbs.softroce.libc.DescriptorWait;
import dev.ffmverbs.softroce.libc.IncomingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.io.IOException;

/** Sockets of groups over the C library. They also receive packets of IPv6 without a UDP checksum. */
final class FastGroupSockets implements GroupSockets {

    private final LocalAddress local;
    private final DescriptorWait wait = new DescriptorWait();
    private final IncomingMessages messages = new IncomingMessages(1);
    private final RocePacket packet = new RocePacket(messages.content());
    private final Arrival arrival = new Arrival();

    FastGroupSockets(final LocalAddress local) throws IOException {
        this.local = local;
    }

    @Override
    public GroupSocket open(final IpAddress group) throws IOException {
        final UdpDescriptor descriptor = new UdpDescriptor(group.isIpv4());
        boolean complete = false;
        try {
            descriptor.shareAddress();
            receiveAtOwnInterface(descriptor);
            if (group.isIpv4()) {
                descriptor.bind(group.ipv4(), local.udpPort());
                descriptor.join(group.ipv4(), local.interfaceIndex());
            } else {
                descriptor.bind(group.high(), group.low(), local.interfaceIndex(), local.udpPort());
                descriptor.join(group.high(), group.low(), local.interfaceIndex());
            }
            final GroupSocket socket = new FastGroupSocket(group, descriptor);
            wait.add(descriptor);
            complete = true;
            return socket;
        } finally {
            if (!complete) {
                descriptor.close();
            }
        }
    }

    /** Linux delivers what arrives at any interface to all sockets of the group, unless they name an interface. */
    private void receiveAtOwnInterface(final UdpDescriptor descriptor) throws IOException {
        try {
            descriptor.receiveAt(local.interfaceIndex());
        } catch (final CallFailedException ofAnOldKernel) {
            return;
        }
    }

    @Override
    public Arrival arrival() {
        return arrival;
    }

    @Override
    public void await() throws IOException {
        wait.await(null, Long.MAX_VALUE);
    }

    @Override
    public void wakeUp() {
        wait.wakeUp();
    }

    @Override
    public void close() {
        wait.close();
    }

    /** The socket of a group. Its lock keeps it open while it receives. */
    private final class FastGroupSocket implements GroupSocket {

        private final IpAddress group;
        private final UdpDescriptor descriptor;

        FastGroupSocket(final IpAddress group, final UdpDescriptor descriptor) {
            this.group = group;
            this.descriptor = descriptor;
        }

        @Override
        public synchronized RocePacket receive() {
            if (!descriptor.isOpen() || descriptor.receiveOne(messages) == 0) {
                return null;
            }
            packet.aim(messages.offset(0), messages.lengthBytes(0));
            arrival.at(group, local.udpPort());
            final int port = messages.sourcePort(0);
            if (messages.isIpv4(0)) {
                arrival.fromIpv4(messages.sourceAddress(0), port);
            } else {
                arrival.from(messages.sourceHigh(0), messages.sourceLow(0), messages.sourceScope(0), port);
            }
            return packet;
        }

        @Override
        public synchronized void close(final PortLog log) {
            if (descriptor.isOpen()) {
                wait.remove(descriptor);
                descriptor.close();
            }
        }
    }
}
