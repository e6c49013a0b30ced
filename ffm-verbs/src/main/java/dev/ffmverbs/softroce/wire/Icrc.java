// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Computes and checks the invariant checksum (ICRC) of a packet.
 *
 * <p>The ICRC is the Ethernet CRC-32 over eight bytes of ones, the IPv4 and UDP headers and the packet. Fields that
 * routers may change count as ones ({@code rxe_icrc.c}). A Java socket shows no IP header, so the headers are rebuilt:
 * version 4, no options, "do not fragment" set, not a fragment.
 *
 * <p>One header field cannot be rebuilt: the IPv4 identification. This device sends 0, or the index of a packet in its
 * train; other peers, Linux rxe among them, count it up. Because the CRC is linear, the identification follows from the
 * difference between the ICRC received and the ICRC for identification 0; see {@link #verify}. Where it may be any, 16
 * of the 32 bits of checking power remain: one in 65 536 corrupted packets passes.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Icrc {

    /** Result of {@link #verify} for a packet that no identification explains. */
    public static final int CORRUPT = -1;

    private static final VarHandle ROW =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN).withInvokeExactBehavior();

    private static final int IP_START = 8;
    private static final int IP_BYTES = 20;
    private static final IntField VERSION_AND_HEADER_ROWS = IntField.bytes(0, 1);
    private static final IntField TRAFFIC_CLASS = IntField.bytes(1, 1);
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
    private static final IntField UDP_CHECKSUM = IntField.bytes(6, 2);

    private static final int BTH_START = UDP_START + UDP_BYTES;
    private static final int BTH_PREFIX_BYTES = 2 * Integer.BYTES;
    private static final int PREFIX_BYTES = BTH_START + BTH_PREFIX_BYTES;

    /** Version 4 without options, and a traffic class that routers may change; the length is missing. */
    private static final int FIRST_IP_ROW = VERSION_AND_HEADER_ROWS.inRow(0x45) | TRAFFIC_CLASS.inRow(-1);
    private static final int DO_NOT_FRAGMENT = 0x4000;
    private static final int PROTOCOL_UDP = 17;

    /** Offset of the IPv4 identification in what the checksum covers. */
    static final int IDENTIFICATION_OFFSET = IP_START + IDENTIFICATION.rowOffset();

    private final CRC32 crc = new CRC32();
    private final byte[] prefix = new byte[PREFIX_BYTES];
    private final IdentificationBasis[] basisByWords = new IdentificationBasis[RocePacket.BUFFER_BYTES / 4 + 1];

    /** Creates a checker with an empty cache. */
    public Icrc() {
        Arrays.fill(prefix, (byte) 0xFF);
        final ByteBuffer fields = ByteBuffer.wrap(prefix);
        PROTOCOL.set(fields, IP_START, PROTOCOL_UDP);
    }

    /**
     * Writes the ICRC of a packet to be sent with identification 0.
     *
     * @param packet packet whose headers and payload are complete.
     * @param path   the path it is going to take.
     */
    public void seal(final RocePacket packet, final UdpPath path) {
        seal(packet, path, 0);
    }

    /**
     * Writes the ICRC of a packet to be sent.
     *
     * @param packet         packet whose headers and payload are complete.
     * @param path           the path it is going to take.
     * @param identification IPv4 identification it is going to be sent with, 0 to 65535.
     */
    public void seal(final RocePacket packet, final UdpPath path, final int identification) {
        final int checksum = compute(packet, identification, path.localAddress(), path.localPort(),
            path.remoteAddress(), path.remotePort());
        packet.putInt(packet.lengthBytes() - RocePacket.ICRC_BYTES, Integer.reverseBytes(checksum));
    }

    /**
     * Changes the ICRC of a sealed packet that is to be sent with another identification, without another pass over its
     * bytes. A packet whose checksum is wrong keeps a wrong one.
     *
     * @param packet a sealed packet.
     * @param from   identification it was sealed with, 0 to 65535.
     * @param to     identification it is going to be sent with, 0 to 65535.
     */
    public void reseal(final RocePacket packet, final int from, final int to) {
        if (from != to) {
            final int length = packet.lengthBytes();
            final int offset = length - RocePacket.ICRC_BYTES;
            final int change = basis(length).difference(from ^ to);
            packet.putInt(offset, packet.getInt(offset) ^ Integer.reverseBytes(change));
        }
    }

    /**
     * Checks the ICRC of a received packet.
     *
     * @param packet             packet without {@linkplain RocePacket#defect() defect}.
     * @param sourceAddress      IPv4 address it came from, first octet in the top byte.
     * @param sourcePort         UDP port it came from.
     * @param destinationAddress IPv4 address it came to.
     * @param destinationPort    UDP port it came to.
     * @return the IPv4 identification it was sent with, 0 to 65535, or {@link #CORRUPT}. A caller that knows that its
     *     peer sends identification 0 must treat any other result as corruption.
     */
    public int verify(
        final RocePacket packet, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        final int checksum = compute(packet, 0, sourceAddress, sourcePort, destinationAddress, destinationPort);
        final int length = packet.lengthBytes();
        final int received = Integer.reverseBytes(packet.getInt(length - RocePacket.ICRC_BYTES));
        final int difference = checksum ^ received;
        return difference == 0 ? 0 : basis(length).identification(difference);
    }

    private int compute(
        final RocePacket packet, final int identification, final int sourceAddress, final int sourcePort,
        final int destinationAddress, final int destinationPort) {
        final byte[] prefix = this.prefix;
        final int length = packet.lengthBytes();
        ROW.set(prefix, IP_START + TOTAL_LENGTH.rowOffset(),
            FIRST_IP_ROW | TOTAL_LENGTH.inRow(IP_BYTES + UDP_BYTES + length));
        ROW.set(prefix, IP_START + IDENTIFICATION.rowOffset(),
            IDENTIFICATION.inRow(identification) | FLAGS_AND_FRAGMENT_OFFSET.inRow(DO_NOT_FRAGMENT));
        ROW.set(prefix, IP_START + SOURCE_ADDRESS.rowOffset(), SOURCE_ADDRESS.inRow(sourceAddress));
        ROW.set(prefix, IP_START + DESTINATION_ADDRESS.rowOffset(), DESTINATION_ADDRESS.inRow(destinationAddress));
        ROW.set(prefix, UDP_START + SOURCE_PORT.rowOffset(),
            SOURCE_PORT.inRow(sourcePort) | DESTINATION_PORT.inRow(destinationPort));
        ROW.set(prefix, UDP_START + DATAGRAM_LENGTH.rowOffset(),
            DATAGRAM_LENGTH.inRow(UDP_BYTES + length) | UDP_CHECKSUM.inRow(-1));
        ROW.set(prefix, BTH_START, packet.bth().firstRow());
        ROW.set(prefix, BTH_START + Integer.BYTES, packet.bth().coveredSecondRow());

        final ByteBuffer bytes = packet.checksumView();
        final CRC32 crc = this.crc;
        crc.reset();
        crc.update(prefix, 0, PREFIX_BYTES);
        final int start = packet.startOffset();
        bytes.limit(start + length - RocePacket.ICRC_BYTES).position(start + BTH_PREFIX_BYTES);
        crc.update(bytes);
        bytes.clear();
        return (int) crc.getValue();
    }

    private IdentificationBasis basis(final int packetBytes) {
        final int index = packetBytes >>> 2;
        IdentificationBasis basis = basisByWords[index];
        if (basis == null) {
            basis = new IdentificationBasis(BTH_START + packetBytes - RocePacket.ICRC_BYTES, IDENTIFICATION_OFFSET);
            basisByWords[index] = basis;
        }
        return basis;
    }
}
