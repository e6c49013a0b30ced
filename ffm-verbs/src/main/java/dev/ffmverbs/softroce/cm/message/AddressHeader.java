// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.IntField;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * The IP addresses and the source port number of an {@code rdma_cm} connection, in the first 36 bytes of the private
 * data of a REQ or SIDR_REQ ({@code struct cma_hdr} of {@code cma.c}). The service id contains the destination port
 * number.
 *
 * @param sourcePort  port number of the sender.
 * @param source      IPv4 address of the sender.
 * @param destination IPv4 address that the request is for.
 */
public record AddressHeader(int sourcePort, Inet4Address source, Inet4Address destination) {

    /** Length in bytes. */
    public static final int BYTES = 36;

    private static final IntField HEADER_VERSION = IntField.bytes(0, 1);
    private static final IntField IP_VERSION = IntField.bits(1, 0, 4);
    private static final IntField SOURCE_PORT = IntField.bytes(2, 2);
    /** The last four of the 16 bytes for an IPv6 address. The destination is stored in the same way. */
    private static final IntField SOURCE_ADDRESS = IntField.bytes(16, 4);
    private static final IntField DESTINATION_ADDRESS = IntField.bytes(32, 4);

    private static final int IPV4 = 4;

    /**
     * Reads the header of a REQ.
     *
     * @param request a REQ.
     * @return the header, or null if the REQ has none or its header is not for IPv4.
     */
    public static AddressHeader read(final ManagementMessage request) {
        final ByteBuffer bytes = ByteBuffer.wrap(request.privateData());
        if (HEADER_VERSION.get(bytes, 0) != 0 || IP_VERSION.get(bytes, 0) != IPV4) {
            return null;
        }
        return new AddressHeader(SOURCE_PORT.get(bytes, 0),
            toAddress(SOURCE_ADDRESS.get(bytes, 0)), toAddress(DESTINATION_ADDRESS.get(bytes, 0)));
    }

    private static Inet4Address toAddress(final int address) {
        return (Inet4Address) UdpPath.toInetAddress(address);
    }

    /**
     * Returns the header as the private data of a REQ.
     *
     * @return {@link #BYTES} bytes.
     */
    public byte[] toBytes() {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        IP_VERSION.set(bytes, 0, IPV4);
        SOURCE_PORT.set(bytes, 0, sourcePort);
        SOURCE_ADDRESS.set(bytes, 0, UdpPath.toInt(source));
        DESTINATION_ADDRESS.set(bytes, 0, UdpPath.toInt(destination));
        return bytes.array();
    }
}
