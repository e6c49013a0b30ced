// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that the ICRC covers before the BTH. These are eight bytes of ones, and the IPv4 and UDP headers with ones
 * in the fields that routers may change ({@code rxe_icrc.c}).
 *
 * <p>A socket does not show the IP header. The headers are therefore rebuilt: version 4, no options, "do not fragment"
 * set, not a fragment, identification 0.
 */
final class PseudoHeaders {

    private static final int IP_START = 8;
    private static final int UDP_START = IP_START + Ipv4Header.BYTES;

    /** Number of bytes before the BTH. */
    static final int BYTES = UDP_START + UdpHeader.BYTES;
    /** Offset of the IPv4 identification in these bytes. */
    static final int IDENTIFICATION_OFFSET = IP_START + Ipv4Header.IDENTIFICATION.rowOffset();

    private final byte[] bytes = new byte[BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(bytes);

    PseudoHeaders() {
        Arrays.fill(bytes, (byte) 0xFF);
        Ipv4Header.VERSION_AND_HEADER_ROWS.set(fields, IP_START, Ipv4Header.VERSION_4_WITHOUT_OPTIONS);
        Ipv4Header.IDENTIFICATION.set(fields, IP_START, 0);
        Ipv4Header.FLAGS_AND_FRAGMENT_OFFSET.set(fields, IP_START, Ipv4Header.DO_NOT_FRAGMENT);
        Ipv4Header.PROTOCOL.set(fields, IP_START, Ipv4Header.PROTOCOL_UDP);
    }

    /** Returns the headers of a packet, in an array that the next call overwrites. */
    byte[] describe(
        final int packetBytes, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        Ipv4Header.TOTAL_LENGTH.set(fields, IP_START, Ipv4Header.BYTES + UdpHeader.BYTES + packetBytes);
        Ipv4Header.SOURCE_ADDRESS.set(fields, IP_START, sourceAddress);
        Ipv4Header.DESTINATION_ADDRESS.set(fields, IP_START, destinationAddress);
        UdpHeader.SOURCE_PORT.set(fields, UDP_START, sourcePort);
        UdpHeader.DESTINATION_PORT.set(fields, UDP_START, destinationPort);
        UdpHeader.DATAGRAM_LENGTH.set(fields, UDP_START, UdpHeader.BYTES + packetBytes);
        return bytes;
    }
}
