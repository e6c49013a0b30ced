// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import static dev.ffmverbs.softroce.libc.MessageLayout.ADDRESS_ROOM_BYTES;
import static dev.ffmverbs.softroce.libc.MessageLayout.CONTROL_BYTES;
import static dev.ffmverbs.softroce.libc.MessageLayout.MESSAGE_BYTES;
import static dev.ffmverbs.softroce.libc.MessageLayout.VECTOR_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Messages to send, in the order in which they leave. Each is a UDP packet or a train of packets, and all lie in one
 * memory segment.
 *
 * <p>Not thread-safe.
 */
public final class OutgoingMessages {

    /** Room for the length of the segments and for the TOS byte. */
    private static final long CONTROLS_BYTES = 2 * CONTROL_BYTES;
    private static final long SEGMENT_DATA_BYTES = Short.BYTES;
    private static final long TOS_DATA_BYTES = Integer.BYTES;

    private final MemorySegment content;
    private final MemorySegment messages;
    private final MemorySegment vectors;
    private final MemorySegment addresses;
    private final MemorySegment controls;

    /**
     * Creates room for messages.
     *
     * @param content  memory that contains the bytes of the messages.
     * @param capacity maximum number of messages at a time.
     */
    public OutgoingMessages(final MemorySegment content, final int capacity) {
        final Arena arena = Arena.ofAuto();
        this.content = content;
        messages = arena.allocate(MESSAGE_BYTES * capacity, Long.BYTES);
        vectors = arena.allocate(VECTOR_BYTES * capacity, Long.BYTES);
        addresses = arena.allocate((long) ADDRESS_ROOM_BYTES * capacity, Long.BYTES);
        controls = arena.allocate(CONTROLS_BYTES * capacity, Long.BYTES);
        for (int i = 0; i < capacity; i++) {
            final long message = MESSAGE_BYTES * i;
            messages.set(JAVA_LONG, message + MessageLayout.NAME, addresses.address() + (long) ADDRESS_ROOM_BYTES * i);
            messages.set(JAVA_LONG, message + MessageLayout.VECTOR, vectors.address() + VECTOR_BYTES * i);
            messages.set(JAVA_LONG, message + MessageLayout.VECTOR_LENGTH, 1);
        }
    }

    /**
     * Sets the destination of a message over IPv4.
     *
     * @param index   index of the message.
     * @param address IPv4 address, first octet in the top byte.
     * @param udpPort UDP port.
     */
    public void address(final int index, final int address, final int udpPort) {
        final long start = address(index, MessageLayout.AF_INET, MessageLayout.ADDRESS_BYTES, udpPort);
        addresses.set(MessageLayout.NETWORK_INT, start + MessageLayout.IP_ADDRESS, address);
    }

    /**
     * Sets the destination of a message over IPv6.
     *
     * @param index   index of the message.
     * @param high    first 8 bytes of the address, as a big-endian number.
     * @param low     last 8 bytes of the address.
     * @param scope   index of the network interface of a link-local address, otherwise 0.
     * @param udpPort UDP port.
     */
    public void address(final int index, final long high, final long low, final int scope, final int udpPort) {
        final long start = address(index, MessageLayout.AF_INET6, MessageLayout.IPV6_ADDRESS_BYTES, udpPort);
        addresses.set(JAVA_INT, start + MessageLayout.IPV6_FLOW, 0);
        addresses.set(MessageLayout.NETWORK_LONG, start + MessageLayout.IPV6_HIGH, high);
        addresses.set(MessageLayout.NETWORK_LONG, start + MessageLayout.IPV6_LOW, low);
        addresses.set(JAVA_INT, start + MessageLayout.IPV6_SCOPE, scope);
    }

    /** Writes what the addresses of both families have in common. Returns where the address starts. */
    private long address(final int index, final short family, final int bytes, final int udpPort) {
        final long start = (long) ADDRESS_ROOM_BYTES * index;
        messages.set(JAVA_INT, MESSAGE_BYTES * index + MessageLayout.NAME_LENGTH, bytes);
        addresses.set(JAVA_SHORT, start + MessageLayout.FAMILY, family);
        addresses.set(MessageLayout.NETWORK_SHORT, start + MessageLayout.UDP_PORT, (short) udpPort);
        return start;
    }

    /**
     * Sets the content of a message, after its destination.
     *
     * @param index        index of the message.
     * @param offset       offset of its bytes in the content.
     * @param bytes        number of bytes.
     * @param segmentBytes length of the packets that it is split into. 0 if it is one packet.
     * @param tos          TOS byte or traffic class of its packets. 0 for that of the socket, which is 0.
     */
    public void content(
        final int index, final int offset, final int bytes, final int segmentBytes, final int tos) {
        final long vector = VECTOR_BYTES * index;
        vectors.set(JAVA_LONG, vector + MessageLayout.VECTOR_BASE, content.address() + offset);
        vectors.set(JAVA_LONG, vector + MessageLayout.VECTOR_LENGTH_BYTES, bytes);
        final long start = CONTROLS_BYTES * index;
        long end = start;
        if (segmentBytes > 0) {
            putControl(end, MessageLayout.SOL_UDP, MessageLayout.UDP_SEGMENT, SEGMENT_DATA_BYTES);
            controls.set(JAVA_SHORT, end + MessageLayout.CONTROL_DATA, (short) segmentBytes);
            end += CONTROL_BYTES;
        }
        if (tos != 0) {
            final boolean ipv4 = addresses.get(JAVA_SHORT, (long) ADDRESS_ROOM_BYTES * index) == MessageLayout.AF_INET;
            putControl(end, ipv4 ? MessageLayout.SOL_IP : MessageLayout.SOL_IPV6,
                ipv4 ? MessageLayout.IP_TOS : MessageLayout.IPV6_TCLASS, TOS_DATA_BYTES);
            controls.set(JAVA_INT, end + MessageLayout.CONTROL_DATA, tos);
            end += CONTROL_BYTES;
        }
        final long message = MESSAGE_BYTES * index;
        messages.set(JAVA_LONG, message + MessageLayout.CONTROL, end == start ? 0 : controls.address() + start);
        messages.set(JAVA_LONG, message + MessageLayout.CONTROL_LENGTH, end - start);
    }

    private void putControl(final long start, final int level, final int type, final long dataBytes) {
        controls.set(JAVA_LONG, start + MessageLayout.CONTROL_MESSAGE_LENGTH, MessageLayout.CONTROL_DATA + dataBytes);
        controls.set(JAVA_INT, start + MessageLayout.CONTROL_LEVEL, level);
        controls.set(JAVA_INT, start + MessageLayout.CONTROL_TYPE, type);
    }

    /** Returns whether a message has no control data, so that it is sent as one packet as it is. */
    boolean isPlain(final int index) {
        return messages.get(JAVA_LONG, MESSAGE_BYTES * index + MessageLayout.CONTROL_LENGTH) == 0;
    }

    /** Sends one plain message through a socket ({@code sendto(2)}). Returns its length in bytes, or -1. */
    long sendPlain(final int index, final int descriptor, final int flags) {
        final long vector = VECTOR_BYTES * index;
        return Libc.sendto(descriptor, vectors.get(JAVA_LONG, vector + MessageLayout.VECTOR_BASE),
            vectors.get(JAVA_LONG, vector + MessageLayout.VECTOR_LENGTH_BYTES), flags,
            addresses.address() + (long) ADDRESS_ROOM_BYTES * index,
            messages.get(JAVA_INT, MESSAGE_BYTES * index + MessageLayout.NAME_LENGTH));
    }

    /** Returns the headers, starting at one message. */
    MemorySegment headers(final int first) {
        return first == 0 ? messages : messages.asSlice(MESSAGE_BYTES * first);
    }
}
