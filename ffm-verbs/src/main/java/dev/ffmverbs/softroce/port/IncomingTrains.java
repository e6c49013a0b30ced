// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.IncomingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.util.Arrays;

/**
 * The packets that one system call received. They are returned one by one, in place.
 *
 * <p>A peer that waits for the response to each of its packets sends them one by one. A call therefore asks for one
 * message while packets come singly, which is faster. If packets arrive faster than they are requested, it asks for
 * several.
 */
final class IncomingTrains {

    private static final int MAX_MESSAGES = 8;

    private final int udpPort;
    private UdpDescriptor[] descriptors = {};
    private IpAddress[] addresses = {};

    /** Index of the descriptor that is asked next, and of the one that the messages came from. */
    private int current;
    private int arrivedAt;
    private final IncomingMessages messages = new IncomingMessages(MAX_MESSAGES);
    private final RocePacket packet = new RocePacket(messages.content());

    private int next;
    private int count;

    /** Whether the next call asks for one message, and whether the last call found none. */
    private boolean asksForOne = true;
    private boolean foundNothing = true;

    /** Remainder of the current message, and the length of its packets. */
    private int position;
    private int end;
    private int segment;
    private final Arrival arrival = new Arrival();

    IncomingTrains(final UdpDescriptor descriptor, final LocalAddress local) {
        this.udpPort = local.udpPort();
        add(descriptor, local.ip());
        arrival.at(local.ip(), udpPort);
    }

    /** Receives from another socket as well. */
    void add(final UdpDescriptor descriptor, final IpAddress address) {
        descriptors = Arrays.copyOf(descriptors, descriptors.length + 1);
        descriptors[descriptors.length - 1] = descriptor;
        addresses = Arrays.copyOf(addresses, addresses.length + 1);
        addresses[addresses.length - 1] = address;
    }

    /** Returns the next packet, or null if none has arrived. */
    RocePacket next() {
        if (position == end) {
            if (next == count && !receive()) {
                return null;
            }
            open(next++);
        }
        final int length = Math.min(segment, end - position);
        packet.aim(position, length);
        position += length;
        return packet;
    }

    private boolean receive() {
        next = 0;
        count = 0;
        final int sockets = descriptors.length;
        for (int i = 0; i < sockets && count == 0; i++) {
            final UdpDescriptor descriptor = descriptors[current];
            count = asksForOne ? descriptor.receiveOne(messages) : descriptor.receive(messages);
            if (sockets > 1) {
                describe(current);
                current = (current + 1) % sockets;
            }
        }
        asksForOne = count == 0 || count == 1 && (foundNothing || !asksForOne);
        foundNothing = count == 0;
        return count > 0;
    }

    private void describe(final int socket) {
        if (socket != arrivedAt) {
            arrivedAt = socket;
            arrival.at(addresses[socket], udpPort);
        }
    }

    private void open(final int index) {
        position = messages.offset(index);
        end = position + messages.lengthBytes(index);
        segment = messages.segmentBytes(index);
        final int port = messages.sourcePort(index);
        if (messages.isIpv4(index)) {
            arrival.fromIpv4(messages.sourceAddress(index), port);
        } else {
            arrival.from(
                messages.sourceHigh(index), messages.sourceLow(index), messages.sourceScope(index), port);
        }
    }

    boolean isWithinTrain() {
        return position != end;
    }

    boolean holdsPackets() {
        return position != end || next != count;
    }

    /** Returns whether the last packet was all that the last call received, and packets come one by one. */
    boolean isAlone() {
        return asksForOne && count == 1 && next == 1 && position == end && messages.lengthBytes(0) == segment;
    }

    Arrival arrival() {
        return arrival;
    }
}
