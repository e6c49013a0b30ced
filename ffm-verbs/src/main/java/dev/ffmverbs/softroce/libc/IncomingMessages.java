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
 * The messages received by one call. Each is a UDP packet or a train of packets, in a buffer that is large enough for
 * either.
 *
 * <p>Not thread-safe.
 */
public final class IncomingMessages {

    /** Size of the buffer of one message. No UDP packet or train is larger. */
    public static final int BUFFER_BYTES = 1 << 16;

    /** Bytes after the last buffer, so that a view of the headers of a packet stays within the memory. */
    private static final int SLACK_BYTES = 64;

    private final int capacity;
    private final MemorySegment content;
    private final MemorySegment messages;
    private final MemorySegment vectors;
    private final MemorySegment addresses;
    private final MemorySegment controls;

    /** Number of headers that the kernel may have written since they were prepared. */
    private int used;

    /**
     * Allocates buffers.
     *
     * @param capacity maximum number of messages received by one call.
     */
    public IncomingMessages(final int capacity) {
        this.capacity = capacity;
        final Arena arena = Arena.ofAuto();
        content = arena.allocate((long) BUFFER_BYTES * capacity + SLACK_BYTES, SLACK_BYTES);
        messages = arena.allocate(MESSAGE_BYTES * capacity, Long.BYTES);
        vectors = arena.allocate(VECTOR_BYTES * capacity, Long.BYTES);
        addresses = arena.allocate((long) ADDRESS_ROOM_BYTES * capacity, Long.BYTES);
        controls = arena.allocate(CONTROL_BYTES * capacity, Long.BYTES);
        for (int i = 0; i < capacity; i++) {
            final long message = MESSAGE_BYTES * i;
            final long vector = VECTOR_BYTES * i;
            messages.set(JAVA_LONG, message + MessageLayout.NAME, addresses.address() + (long) ADDRESS_ROOM_BYTES * i);
            messages.set(JAVA_LONG, message + MessageLayout.VECTOR, vectors.address() + vector);
            messages.set(JAVA_LONG, message + MessageLayout.VECTOR_LENGTH, 1);
            messages.set(JAVA_LONG, message + MessageLayout.CONTROL, controls.address() + CONTROL_BYTES * i);
            vectors.set(JAVA_LONG, vector + MessageLayout.VECTOR_BASE, content.address() + offset(i));
            vectors.set(JAVA_LONG, vector + MessageLayout.VECTOR_LENGTH_BYTES, BUFFER_BYTES);
        }
        used = capacity;
    }

    /** Restores what the kernel changed in the headers, and returns them. */
    MemorySegment prepare() {
        final MemorySegment messages = this.messages;
        for (int i = 0; i < used; i++) {
            final long message = MESSAGE_BYTES * i;
            messages.set(JAVA_INT, message + MessageLayout.NAME_LENGTH, ADDRESS_ROOM_BYTES);
            messages.set(JAVA_LONG, message + MessageLayout.CONTROL_LENGTH, CONTROL_BYTES);
        }
        used = 0;
        return messages;
    }

    /** Records how many messages were received. */
    void markReceived(final int count) {
        // One more than the number received, because the kernel may have started on the next.
        used = Math.min(capacity, count + 1);
    }

    /** Records that one message was received, and its length. */
    void markReceivedOne(final int lengthBytes) {
        messages.set(JAVA_INT, MessageLayout.LENGTH, lengthBytes);
        markReceived(1);
    }

    /**
     * Returns the maximum number of messages.
     *
     * @return the capacity.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns the memory of all buffers. The bytes after the last buffer exceed the headers of any packet.
     *
     * @return the content.
     */
    public MemorySegment content() {
        return content;
    }

    /**
     * Returns the offset at which the bytes of a message start.
     *
     * @param index index of the message.
     * @return offset in the content.
     */
    public int offset(final int index) {
        return BUFFER_BYTES * index;
    }

    /**
     * Returns the length of a message.
     *
     * @param index index of the message.
     * @return bytes, 0 to {@link #BUFFER_BYTES}.
     */
    public int lengthBytes(final int index) {
        return messages.get(JAVA_INT, MESSAGE_BYTES * index + MessageLayout.LENGTH);
    }

    /**
     * Returns the length of the packets of a train.
     *
     * @param index index of the message.
     * @return the length of all packets but the last, or the length of the message if it is one packet.
     */
    public int segmentBytes(final int index) {
        final int length = lengthBytes(index);
        final long control = CONTROL_BYTES * index;
        if (messages.get(JAVA_LONG, MESSAGE_BYTES * index + MessageLayout.CONTROL_LENGTH)
            < MessageLayout.CONTROL_DATA + Integer.BYTES
            || controls.get(JAVA_INT, control + MessageLayout.CONTROL_LEVEL) != MessageLayout.SOL_UDP
            || controls.get(JAVA_INT, control + MessageLayout.CONTROL_TYPE) != MessageLayout.UDP_GRO) {
            return length;
        }
        final int segment = controls.get(JAVA_INT, control + MessageLayout.CONTROL_DATA);
        return segment > 0 && segment < length ? segment : length;
    }

    /**
     * Returns whether a message came over IPv4.
     *
     * @param index index of the message.
     * @return false if it came over IPv6.
     */
    public boolean isIpv4(final int index) {
        return addresses.get(JAVA_SHORT, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.FAMILY)
            == MessageLayout.AF_INET;
    }

    /**
     * Returns the first half of the IPv6 address that a message came from.
     *
     * @param index index of the message.
     * @return 8 bytes as a big-endian number.
     */
    public long sourceHigh(final int index) {
        return addresses.get(
            MessageLayout.NETWORK_LONG, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.IPV6_HIGH);
    }

    /**
     * Returns the second half of the IPv6 address that a message came from.
     *
     * @param index index of the message.
     * @return 8 bytes as a big-endian number.
     */
    public long sourceLow(final int index) {
        return addresses.get(MessageLayout.NETWORK_LONG, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.IPV6_LOW);
    }

    /**
     * Returns the network interface of the link-local IPv6 address that a message came from.
     *
     * @param index index of the message.
     * @return index of the interface, or 0 if the address is not link-local.
     */
    public int sourceScope(final int index) {
        return addresses.get(JAVA_INT, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.IPV6_SCOPE);
    }

    /**
     * Returns the IPv4 address that a message came from.
     *
     * @param index index of the message.
     * @return IPv4 address, first octet in the top byte.
     */
    public int sourceAddress(final int index) {
        return addresses.get(MessageLayout.NETWORK_INT, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.IP_ADDRESS);
    }

    /**
     * Returns the UDP port that a message came from.
     *
     * @param index index of the message.
     * @return 0 to 65535.
     */
    public int sourcePort(final int index) {
        return Short.toUnsignedInt(
            addresses.get(MessageLayout.NETWORK_SHORT, (long) ADDRESS_ROOM_BYTES * index + MessageLayout.UDP_PORT));
    }
}
