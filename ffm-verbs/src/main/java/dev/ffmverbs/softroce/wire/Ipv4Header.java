// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;

/**
 * The IPv4 header before a packet, without options, with "do not fragment" set and not a fragment (RFC 791).
 *
 * <p>A socket does not show this header. The checksum covers it, and the receiver of a datagram finds it before the
 * payload. It is therefore rebuilt from what is known of a packet.
 */
public final class Ipv4Header {

    /** Length in bytes. */
    public static final int BYTES = 20;

    static final IntField VERSION_AND_HEADER_ROWS = IntField.bytes(0, 1);
    static final IntField TOTAL_LENGTH = IntField.bytes(2, 2);
    static final IntField IDENTIFICATION = IntField.bytes(4, 2);
    static final IntField FLAGS_AND_FRAGMENT_OFFSET = IntField.bytes(6, 2);
    static final IntField PROTOCOL = IntField.bytes(9, 1);
    static final IntField SOURCE_ADDRESS = IntField.bytes(12, 4);
    static final IntField DESTINATION_ADDRESS = IntField.bytes(16, 4);

    static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    static final int DO_NOT_FRAGMENT = 0x4000;
    static final int PROTOCOL_UDP = 17;

    private static final IntField TYPE_OF_SERVICE = IntField.bytes(1, 1);
    private static final IntField TIME_TO_LIVE = IntField.bytes(8, 1);
    private static final IntField HEADER_CHECKSUM = IntField.bytes(10, 2);

    private static final int FIRST_ROW = TOTAL_LENGTH.rowOffset();
    private static final int SECOND_ROW = IDENTIFICATION.rowOffset();
    private static final int THIRD_ROW = PROTOCOL.rowOffset();
    private static final int SHORT_MASK = 0xFFFF;

    /** The time to live that Linux gives to packets. */
    private static final int USUAL_TIME_TO_LIVE = 64;

    private Ipv4Header() {
    }

    /**
     * Writes the header of a received packet. Its traffic class and time to live are unknown. They become 0 and 64.
     *
     * @param buffer         big-endian bytes.
     * @param start          index of the header in the buffer.
     * @param packetBytes    length of the packet from BTH to ICRC.
     * @param identification IPv4 identification of the packet, 0 to 65535.
     * @param arrival        addresses of the packet.
     */
    public static void write(
        final ByteBuffer buffer, final int start, final int packetBytes, final int identification,
        final Arrival arrival) {
        final int sourceAddress = (int) arrival.sourceLow();
        final int destinationAddress = (int) arrival.destinationLow();
        final int first = VERSION_AND_HEADER_ROWS.inRow(VERSION_4_WITHOUT_OPTIONS)
            | TOTAL_LENGTH.inRow(BYTES + UdpHeader.BYTES + packetBytes);
        final int second = IDENTIFICATION.inRow(identification) | FLAGS_AND_FRAGMENT_OFFSET.inRow(DO_NOT_FRAGMENT);
        final int third = TIME_TO_LIVE.inRow(USUAL_TIME_TO_LIVE) | PROTOCOL.inRow(PROTOCOL_UDP);
        final int sum = halves(first) + halves(second) + halves(third) + halves(sourceAddress)
            + halves(destinationAddress);
        buffer.putInt(start + FIRST_ROW, first);
        buffer.putInt(start + SECOND_ROW, second);
        buffer.putInt(start + THIRD_ROW, third | HEADER_CHECKSUM.inRow(~halves(halves(sum))));
        buffer.putInt(start + SOURCE_ADDRESS.rowOffset(), sourceAddress);
        buffer.putInt(start + DESTINATION_ADDRESS.rowOffset(), destinationAddress);
    }

    /**
     * Returns the address that a packet came from.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return the address, first octet in the top byte.
     */
    public static int sourceAddress(final ByteBuffer buffer, final int start) {
        return SOURCE_ADDRESS.get(buffer, start);
    }

    /**
     * Returns the address that a packet was sent to.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return the address, first octet in the top byte.
     */
    public static int destinationAddress(final ByteBuffer buffer, final int start) {
        return DESTINATION_ADDRESS.get(buffer, start);
    }

    /**
     * Returns the traffic class of a packet, the header's type of service.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return 0 to 255.
     */
    public static int trafficClass(final ByteBuffer buffer, final int start) {
        return TYPE_OF_SERVICE.get(buffer, start);
    }

    /**
     * Returns how many routers a packet may still pass.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return 0 to 255.
     */
    public static int timeToLive(final ByteBuffer buffer, final int start) {
        return TIME_TO_LIVE.get(buffer, start);
    }

    /** Returns the sum of both halves of a row, for the checksum of the header. */
    private static int halves(final int row) {
        return (row >>> Short.SIZE) + (row & SHORT_MASK);
    }
}
