// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.wire.UdpPath;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * By what IP addresses and source port {@code rdma_cm} connects: the first 36 bytes of a REQ's private data
 * ({@code struct cma_hdr} of {@code cma.c}; the destination port is in the service id).
 *
 * <p>Version 0, IP version in the upper four bits of the second byte, port, source and destination of 16 bytes each; an
 * IPv4 address is in the last four of them.
 *
 * @param sourcePort  port of the sender.
 * @param source      IPv4 address of the sender.
 * @param destination IPv4 address it wants to reach.
 */
record AddressHeader(int sourcePort, Inet4Address source, Inet4Address destination) {

    static final int BYTES = 36;

    private static final int IP_VERSION = 4;
    private static final int PORT_OFFSET = 2;
    private static final int SOURCE_OFFSET = 16;
    private static final int DESTINATION_OFFSET = 32;

    /** Reads the header of a REQ; null when it has none, or not one of IPv4. */
    static AddressHeader read(final ManagementMessage request) {
        final ByteBuffer bytes = ByteBuffer.wrap(request.privateData());
        if (bytes.get(0) != 0 || (bytes.get(1) & 0xF0) != IP_VERSION << 4) {
            return null;
        }
        return new AddressHeader(Short.toUnsignedInt(bytes.getShort(PORT_OFFSET)),
            toAddress(bytes.getInt(SOURCE_OFFSET)), toAddress(bytes.getInt(DESTINATION_OFFSET)));
    }

    private static Inet4Address toAddress(final int address) {
        return (Inet4Address) UdpPath.toInetAddress(address);
    }

    byte[] toBytes() {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.put(1, (byte) (IP_VERSION << 4));
        bytes.putShort(PORT_OFFSET, (short) sourcePort);
        bytes.put(SOURCE_OFFSET, source.getAddress());
        bytes.put(DESTINATION_OFFSET, destination.getAddress());
        return bytes.array();
    }
}
