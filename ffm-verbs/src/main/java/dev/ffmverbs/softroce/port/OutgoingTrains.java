// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.OutgoingMessages;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The packets that leave a socket next, stored one after another in one memory segment, and the trains that they form.
 *
 * <p>A packet joins the previous train under three conditions: the train has the same path and traffic class, stays
 * within 64 packets and 65 000 bytes, and has packets of the same length. A shorter packet may also join, but then ends
 * the train.
 */
final class OutgoingTrains {

    /** Maximum size of a train in bytes. A train must fit in one IP packet. */
    static final int MAX_TRAIN_BYTES = 65_000;

    /** Maximum number of messages, that is, trains and single packets together. */
    static final int MAX_MESSAGES = 64;

    private static final int MEMORY_BYTES = 1 << 18;

    /** Number of bytes that leave at once, while they are in the processor cache and the peer may be idle. */
    private static final int ENOUGH_BYTES = 1 << 16;
    private static final int CACHE_LINE_BYTES = 64;

    private final OutgoingMessages messages;
    private final RocePacket packet;
    private final int[] offsets = new int[MAX_MESSAGES];
    private final int[] lengths = new int[MAX_MESSAGES];
    private final int[] packetCounts = new int[MAX_MESSAGES];
    private final int[] segments = new int[MAX_MESSAGES];
    private final UdpPath[] paths = new UdpPath[MAX_MESSAGES];
    private int count;
    private int end;

    /** Whether a packet may join the last message. */
    private boolean open;

    /** Whether the claimed packet was placed, and where. */
    private boolean placed;
    private boolean joins;
    private boolean mayBeFollowed;
    private boolean enabled = true;

    OutgoingTrains() {
        final MemorySegment memory = Arena.ofAuto().allocate(MEMORY_BYTES, CACHE_LINE_BYTES);
        // One extra message, for packets of a train that are sent one by one.
        messages = new OutgoingMessages(memory, MAX_MESSAGES + 1);
        packet = new RocePacket(memory);
    }

    /** Makes every packet leave alone from now on. */
    void disable() {
        enabled = false;
    }

    OutgoingMessages messages() {
        return messages;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean hasRoom() {
        return count < MAX_MESSAGES && end + RocePacket.BUFFER_BYTES <= MEMORY_BYTES;
    }

    /** Returns whether the packets have reached a size at which waiting for more only delays them. */
    boolean hasEnough() {
        return end >= ENOUGH_BYTES;
    }

    /** Returns the packet to fill next. There must be room. */
    RocePacket claim() {
        placed = false;
        packet.aim(end, 0);
        return packet;
    }

    /** Decides where the packet claimed last goes. Returns its index in its train. */
    int place(final UdpPath path, final boolean mayFollow) {
        final int length = packet.lengthBytes();
        final int last = count - 1;
        placed = true;
        mayBeFollowed = mayFollow && enabled;
        joins = mayBeFollowed && open && length <= segments[last] && packetCounts[last] < PacketSink.MAX_TRAIN_PACKETS
            && lengths[last] + length <= MAX_TRAIN_BYTES && isSame(paths[last], path);
        return joins ? packetCounts[last] : 0;
    }

    private static boolean isSame(final UdpPath one, final UdpPath other) {
        return one == other || one.remotePort() == other.remotePort() && one.localPort() == other.localPort()
            && one.trafficClass() == other.trafficClass() && one.remoteIp().equals(other.remoteIp())
            && one.local().equals(other.local());
    }

    /** Adds the packet claimed last where it was placed, or alone if it was not placed. */
    void add(final UdpPath path) {
        final int length = packet.lengthBytes();
        if (placed && joins) {
            final int last = count - 1;
            lengths[last] += length;
            packetCounts[last]++;
            open = length == segments[last];
        } else {
            offsets[count] = end;
            lengths[count] = length;
            segments[count] = length;
            packetCounts[count] = 1;
            paths[count] = path;
            count++;
            open = placed && mayBeFollowed;
        }
        placed = false;
        end += length;
    }

    /** Ends the last train and writes the messages from an index on. Returns how many there are. */
    int prepare(final int first) {
        open = false;
        for (int i = first; i < count; i++) {
            final UdpPath path = paths[i];
            setDestination(i, path);
            messages.content(i, offsets[i], lengths[i], packetCounts[i] > 1 ? segments[i] : 0, path.trafficClass());
        }
        return count;
    }

    private void setDestination(final int message, final UdpPath path) {
        final IpAddress peer = path.remoteIp();
        if (peer.isIpv4()) {
            messages.address(message, peer.ipv4(), path.remotePort());
        } else {
            messages.address(message, peer.high(), peer.low(), peer.scope(), path.remotePort());
        }
    }

    /** Writes one packet of a train as a message. Returns the index of that message. */
    int prepareSingle(final int message, final int index) {
        final int offset = segments[message] * index;
        final UdpPath path = paths[message];
        setDestination(MAX_MESSAGES, path);
        messages.content(MAX_MESSAGES, offsets[message] + offset, packetLength(message, index), 0,
            path.trafficClass());
        return MAX_MESSAGES;
    }

    private int packetLength(final int message, final int index) {
        return Math.min(segments[message], lengths[message] - segments[message] * index);
    }

    /** Returns a view of one packet of a train. It replaces the view of the packet claimed last. */
    RocePacket view(final int message, final int index) {
        packet.aim(offsets[message] + segments[message] * index, packetLength(message, index));
        return packet;
    }

    int packets(final int message) {
        return packetCounts[message];
    }

    UdpPath path(final int message) {
        return paths[message];
    }

    /** Discards all messages after they have left. */
    void clear() {
        for (int i = 0; i < count; i++) {
            paths[i] = null;
        }
        count = 0;
        end = 0;
        open = false;
        placed = false;
    }

    @Override
    public String toString() {
        return count + " messages of " + end + " bytes";
    }
}
