// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.LongField;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The IP addresses and the source port number of an {@code rdma_cm} connection, in the first 36 bytes of the private
 * data of a REQ or SIDR_REQ ({@code struct cma_hdr} of {@code cma.c}). The service id contains the destination port
 * number.
 *
 * @param sourcePort  port number of the sender.
 * @param source      address of the sender.
 * @param destination address that the request is for, of the same version.
 */
public record AddressHeader(int sourcePort, InetAddress source, InetAddress destination) {

    /** Length in bytes. */
    public static final int BYTES = 36;

    private static final IntField HEADER_VERSION = IntField.bytes(0, 1);
    private static final IntField IP_VERSION = IntField.bits(1, 0, 4);
    private static final IntField SOURCE_PORT = IntField.bytes(2, 2);
    private static final int SOURCE_ADDRESS = 4;
    private static final int DESTINATION_ADDRESS = 20;

    /** An IPv4 address is in the last four of the 16 bytes for an IPv6 address. */
    private static final IntField IPV4_ADDRESS = IntField.bytes(12, 4);
    private static final LongField IPV6_HIGH = new LongField(0);
    private static final LongField IPV6_LOW = new LongField(8);

    private static final int IPV4 = 4;
    private static final int IPV6 = 6;

    /**
     * Reads the header of a REQ.
     *
     * @param request a REQ.
     * @return the header, or null if the REQ has none or its header is for no known version of IP.
     */
    public static AddressHeader read(final ManagementMessage request) {
        final ByteBuffer bytes = ByteBuffer.wrap(request.privateData());
        final int version = IP_VERSION.get(bytes, 0);
        if (HEADER_VERSION.get(bytes, 0) != 0 || version != IPV4 && version != IPV6) {
            return null;
        }
        final boolean ipv4 = version == IPV4;
        return new AddressHeader(SOURCE_PORT.get(bytes, 0),
            readAddress(bytes, SOURCE_ADDRESS, ipv4), readAddress(bytes, DESTINATION_ADDRESS, ipv4));
    }

    private static InetAddress readAddress(final ByteBuffer bytes, final int start, final boolean ipv4) {
        return (ipv4 ? IpAddress.ofIpv4(IPV4_ADDRESS.get(bytes, start))
            : new IpAddress(IPV6_HIGH.get(bytes, start), IPV6_LOW.get(bytes, start), 0)).toInetAddress();
    }

    private static void writeAddress(final ByteBuffer bytes, final int start, final IpAddress address) {
        if (address.isIpv4()) {
            IPV4_ADDRESS.set(bytes, start, address.ipv4());
        } else {
            IPV6_HIGH.set(bytes, start, address.high());
            IPV6_LOW.set(bytes, start, address.low());
        }
    }

    /**
     * Returns the header as the private data of a REQ.
     *
     * @return {@link #BYTES} bytes.
     */
    public byte[] toBytes() {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        final IpAddress from = IpAddress.of(source);
        IP_VERSION.set(bytes, 0, from.isIpv4() ? IPV4 : IPV6);
        SOURCE_PORT.set(bytes, 0, sourcePort);
        writeAddress(bytes, SOURCE_ADDRESS, from);
        writeAddress(bytes, DESTINATION_ADDRESS, IpAddress.of(destination));
        return bytes.array();
    }
}
