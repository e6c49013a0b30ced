// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;

/**
 * The IPv6 header before a packet, without extension headers (RFC 8200).
 *
 * <p>A socket does not show this header. The checksum covers it, and the receiver of a datagram finds it before the
 * payload, where InfiniBand has its global routing header. It is therefore rebuilt from what is known of a packet.
 */
public final class Ipv6Header {

    /** Length in bytes. */
    public static final int BYTES = 40;

    static final IntField PAYLOAD_LENGTH = IntField.bytes(4, 2);
    static final IntField NEXT_HEADER = IntField.bytes(6, 1);
    static final LongField SOURCE_HIGH = new LongField(8);
    static final LongField SOURCE_LOW = new LongField(16);
    static final LongField DESTINATION_HIGH = new LongField(24);
    static final LongField DESTINATION_LOW = new LongField(32);

    static final IntField VERSION = IntField.bits(0, 0, 4);
    static final int VERSION_6 = 6;

    private static final IntField TRAFFIC_CLASS = IntField.bits(0, 4, 8);
    private static final IntField HOP_LIMIT = IntField.bytes(7, 1);
    private static final int USUAL_HOP_LIMIT = 64;

    private Ipv6Header() {
    }

    /**
     * Writes the header of a received packet. Its traffic class, flow label and hop limit are unknown. They become 0, 0
     * and 64.
     *
     * @param buffer      big-endian bytes.
     * @param start       index of the header in the buffer.
     * @param packetBytes length of the packet from BTH to ICRC.
     * @param arrival     addresses of the packet.
     */
    public static void write(
        final ByteBuffer buffer, final int start, final int packetBytes, final Arrival arrival) {
        buffer.putInt(start + VERSION.rowOffset(), VERSION.inRow(VERSION_6));
        buffer.putInt(start + PAYLOAD_LENGTH.rowOffset(), PAYLOAD_LENGTH.inRow(UdpHeader.BYTES + packetBytes)
            | NEXT_HEADER.inRow(Ipv4Header.PROTOCOL_UDP) | HOP_LIMIT.inRow(USUAL_HOP_LIMIT));
        SOURCE_HIGH.set(buffer, start, arrival.sourceHigh());
        SOURCE_LOW.set(buffer, start, arrival.sourceLow());
        DESTINATION_HIGH.set(buffer, start, arrival.destinationHigh());
        DESTINATION_LOW.set(buffer, start, arrival.destinationLow());
    }

    /**
     * Returns whether a header is one of IPv6.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return true if its version is 6.
     */
    public static boolean isAt(final ByteBuffer buffer, final int start) {
        return VERSION.get(buffer, start) == VERSION_6;
    }

    /**
     * Returns the address that a packet came from.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @param scope  interface that a link-local address belongs to.
     * @return the address.
     */
    public static IpAddress source(final ByteBuffer buffer, final int start, final int scope) {
        return IpAddress.ofGid(SOURCE_HIGH.get(buffer, start), SOURCE_LOW.get(buffer, start), scope);
    }

    /**
     * Returns the address that a packet was sent to.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @param scope  interface that a link-local address belongs to.
     * @return the address.
     */
    public static IpAddress destination(final ByteBuffer buffer, final int start, final int scope) {
        return IpAddress.ofGid(DESTINATION_HIGH.get(buffer, start), DESTINATION_LOW.get(buffer, start), scope);
    }

    /**
     * Returns the traffic class of a packet.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return 0 to 255.
     */
    public static int trafficClass(final ByteBuffer buffer, final int start) {
        return TRAFFIC_CLASS.get(buffer, start);
    }

    /**
     * Returns how many routers a packet may still pass.
     *
     * @param buffer big-endian bytes.
     * @param start  index of the header in the buffer.
     * @return 0 to 255.
     */
    public static int hopLimit(final ByteBuffer buffer, final int start) {
        return HOP_LIMIT.get(buffer, start);
    }
}
