// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.IncomingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.wire.RocePacket;

/**
 * The packets that one call of the system received, handed out one by one where they lie.
 *
 * <p>After a call that received a single packet there was no other, so the next question for a packet is answered
 * without a call. Otherwise each packet of a peer that awaits the answer would cost a second call, which finds nothing.
 */
final class IncomingTrains {

    private static final int MAX_MESSAGES = 8;

    private final UdpDescriptor descriptor;
    private final IncomingMessages messages = new IncomingMessages(MAX_MESSAGES);
    private final RocePacket packet = new RocePacket(messages.content());

    private int next;
    private int count;

    /** What is left of the message at hand, and how long its packets are. */
    private int position;
    private int end;
    private int segment;
    private int sourceAddress;
    private int sourcePort;

    IncomingTrains(final UdpDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Returns the next packet, or null if none had arrived when the system was last called. */
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
        final boolean leftNone = count == 1 && messages.lengthBytes(0) == segment;
        next = 0;
        count = 0;
        count = leftNone ? 0 : descriptor.receive(messages);
        return count > 0;
    }

    private void open(final int index) {
        position = messages.offset(index);
        end = position + messages.lengthBytes(index);
        segment = messages.segmentBytes(index);
        sourceAddress = messages.sourceAddress(index);
        sourcePort = messages.sourcePort(index);
    }

    boolean isWithinTrain() {
        return position != end;
    }

    boolean holdsPackets() {
        return position != end || next != count;
    }

    int sourceAddress() {
        return sourceAddress;
    }

    int sourcePort() {
        return sourcePort;
    }
}
