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
    private static final int IP_BYTES = 20;
    private static final IntField VERSION_AND_HEADER_ROWS = IntField.bytes(0, 1);
    private static final IntField TOTAL_LENGTH = IntField.bytes(2, 2);
    private static final IntField IDENTIFICATION = IntField.bytes(4, 2);
    private static final IntField FLAGS_AND_FRAGMENT_OFFSET = IntField.bytes(6, 2);
    private static final IntField PROTOCOL = IntField.bytes(9, 1);
    private static final IntField SOURCE_ADDRESS = IntField.bytes(12, 4);
    private static final IntField DESTINATION_ADDRESS = IntField.bytes(16, 4);

    private static final int UDP_START = IP_START + IP_BYTES;
    private static final int UDP_BYTES = 8;
    private static final IntField SOURCE_PORT = IntField.bytes(0, 2);
    private static final IntField DESTINATION_PORT = IntField.bytes(2, 2);
    private static final IntField DATAGRAM_LENGTH = IntField.bytes(4, 2);

    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int DO_NOT_FRAGMENT = 0x4000;
    private static final int PROTOCOL_UDP = 17;

    /** Number of bytes before the BTH. */
    static final int BYTES = UDP_START + UDP_BYTES;
    /** Offset of the IPv4 identification in these bytes. */
    static final int IDENTIFICATION_OFFSET = IP_START + IDENTIFICATION.rowOffset();

    private final byte[] bytes = new byte[BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(bytes);

    PseudoHeaders() {
        Arrays.fill(bytes, (byte) 0xFF);
        VERSION_AND_HEADER_ROWS.set(fields, IP_START, VERSION_4_WITHOUT_OPTIONS);
        IDENTIFICATION.set(fields, IP_START, 0);
        FLAGS_AND_FRAGMENT_OFFSET.set(fields, IP_START, DO_NOT_FRAGMENT);
        PROTOCOL.set(fields, IP_START, PROTOCOL_UDP);
    }

    /** Returns the headers of a packet, in an array that the next call overwrites. */
    byte[] describe(
        final int packetBytes, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        TOTAL_LENGTH.set(fields, IP_START, IP_BYTES + UDP_BYTES + packetBytes);
        SOURCE_ADDRESS.set(fields, IP_START, sourceAddress);
        DESTINATION_ADDRESS.set(fields, IP_START, destinationAddress);
        SOURCE_PORT.set(fields, UDP_START, sourcePort);
        DESTINATION_PORT.set(fields, UDP_START, destinationPort);
        DATAGRAM_LENGTH.set(fields, UDP_START, UDP_BYTES + packetBytes);
        return bytes;
    }
}
