// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that the ICRC covers before the BTH. These are eight bytes of ones, and the IP and UDP headers with ones in
 * the fields that routers may change ({@code rxe_icrc.c}).
 *
 * <p>A socket does not show the IP header. The headers are therefore rebuilt. For IPv4, they have no options, "do not
 * fragment" set, not a fragment, and identification 0. For IPv6, they have no extension headers.
 */
final class PseudoHeaders {

    private static final int IP_START = 8;
    private static final int UDP_OF_IPV4 = IP_START + Ipv4Header.BYTES;
    private static final int UDP_OF_IPV6 = IP_START + Ipv6Header.BYTES;

    /** Number of bytes before the BTH of a packet over IPv4. */
    static final int IPV4_BYTES = UDP_OF_IPV4 + UdpHeader.BYTES;
    /** Offset of the IPv4 identification in these bytes. */
    static final int IDENTIFICATION_OFFSET = IP_START + Ipv4Header.IDENTIFICATION.rowOffset();

    private final byte[] ipv4 = new byte[IPV4_BYTES];
    private final ByteBuffer ipv4Fields = ByteBuffer.wrap(ipv4);
    private final byte[] ipv6 = new byte[UDP_OF_IPV6 + UdpHeader.BYTES];
    private final ByteBuffer ipv6Fields = ByteBuffer.wrap(ipv6);

    PseudoHeaders() {
        Arrays.fill(ipv4, (byte) 0xFF);
        Ipv4Header.VERSION_AND_HEADER_ROWS.set(ipv4Fields, IP_START, Ipv4Header.VERSION_4_WITHOUT_OPTIONS);
        Ipv4Header.IDENTIFICATION.set(ipv4Fields, IP_START, 0);
        Ipv4Header.FLAGS_AND_FRAGMENT_OFFSET.set(ipv4Fields, IP_START, Ipv4Header.DO_NOT_FRAGMENT);
        Ipv4Header.PROTOCOL.set(ipv4Fields, IP_START, Ipv4Header.PROTOCOL_UDP);
        Arrays.fill(ipv6, (byte) 0xFF);
        Ipv6Header.VERSION.set(ipv6Fields, IP_START, Ipv6Header.VERSION_6);
        Ipv6Header.NEXT_HEADER.set(ipv6Fields, IP_START, Ipv4Header.PROTOCOL_UDP);
    }

    /** Returns the headers of a packet over IPv4, in an array that the next call overwrites. */
    byte[] ofIpv4(
        final int packetBytes, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        Ipv4Header.TOTAL_LENGTH.set(ipv4Fields, IP_START, Ipv4Header.BYTES + UdpHeader.BYTES + packetBytes);
        Ipv4Header.SOURCE_ADDRESS.set(ipv4Fields, IP_START, sourceAddress);
        Ipv4Header.DESTINATION_ADDRESS.set(ipv4Fields, IP_START, destinationAddress);
        writeUdp(ipv4Fields, UDP_OF_IPV4, packetBytes, sourcePort, destinationPort);
        return ipv4;
    }

    /** Returns the headers of a packet over IPv6, in an array that the next call overwrites. */
    byte[] ofIpv6(
        final int packetBytes, final long sourceHigh, final long sourceLow, final int sourcePort,
        final long destinationHigh, final long destinationLow, final int destinationPort) {
        Ipv6Header.PAYLOAD_LENGTH.set(ipv6Fields, IP_START, UdpHeader.BYTES + packetBytes);
        Ipv6Header.SOURCE_HIGH.set(ipv6Fields, IP_START, sourceHigh);
        Ipv6Header.SOURCE_LOW.set(ipv6Fields, IP_START, sourceLow);
        Ipv6Header.DESTINATION_HIGH.set(ipv6Fields, IP_START, destinationHigh);
        Ipv6Header.DESTINATION_LOW.set(ipv6Fields, IP_START, destinationLow);
        writeUdp(ipv6Fields, UDP_OF_IPV6, packetBytes, sourcePort, destinationPort);
        return ipv6;
    }

    private static void writeUdp(
        final ByteBuffer fields, final int start, final int packetBytes, final int sourcePort,
        final int destinationPort) {
        UdpHeader.SOURCE_PORT.set(fields, start, sourcePort);
        UdpHeader.DESTINATION_PORT.set(fields, start, destinationPort);
        UdpHeader.DATAGRAM_LENGTH.set(fields, start, UdpHeader.BYTES + packetBytes);
    }
}
