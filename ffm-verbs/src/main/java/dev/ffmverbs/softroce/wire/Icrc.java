// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Makes and checks the invariant checksum (ICRC) of a packet.
 *
 * <p>The ICRC is the Ethernet CRC-32 over eight bytes of ones, the IPv4 and UDP headers and the packet, with those
 * fields set to ones that routers may change ({@code rxe_icrc.c}). A Java socket shows no IP header, so the headers are
 * rebuilt: version 4 without options, "do not fragment" set, not fragmented.
 *
 * <p>One header field cannot be rebuilt: the IPv4 identification. This device's own socket always sends 0; other
 * peers, Linux rxe among them, count it up. As the CRC is linear, the identification follows from the difference
 * between the ICRC received and the one that identification 0 would give; see {@link #verify}. For such peers 16 of the
 * 32 bits of checking power remain: of corrupted packets one in 65 536 passes.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Icrc {

    /** Answer of {@link #verify} for a packet that no identification explains. */
    public static final int CORRUPT = -1;

    private static final int IP_OFFSET = 8;
    private static final int IP_BYTES = 20;
    private static final int UDP_OFFSET = IP_OFFSET + IP_BYTES;
    private static final int UDP_BYTES = 8;
    private static final int BTH_OFFSET = UDP_OFFSET + UDP_BYTES;
    private static final int BTH_PREFIX_BYTES = 8;
    private static final int PREFIX_BYTES = BTH_OFFSET + BTH_PREFIX_BYTES;
    private static final int PROTOCOL_UDP = 17;

    /** Where the IPv4 identification stands in what the checksum covers. */
    static final int IDENTIFICATION_OFFSET = IP_OFFSET + 4;

    private final CRC32 crc = new CRC32();
    private final byte[] prefix = new byte[PREFIX_BYTES];
    private final IdentificationBasis[] basisByWords = new IdentificationBasis[RocePacket.BUFFER_BYTES / 4 + 1];

    /** Creates a checker with an empty cache. */
    public Icrc() {
        Arrays.fill(prefix, (byte) 0xFF);
        prefix[IP_OFFSET] = 0x45;
        prefix[IDENTIFICATION_OFFSET] = 0;
        prefix[IDENTIFICATION_OFFSET + 1] = 0;
        prefix[IP_OFFSET + 6] = 0x40;
        prefix[IP_OFFSET + 7] = 0;
        prefix[IP_OFFSET + 9] = PROTOCOL_UDP;
    }

    /**
     * Writes the ICRC of a packet to be sent with identification 0.
     *
     * @param packet packet whose headers and payload are complete.
     * @param path   the way it is going to take.
     */
    public void seal(final RocePacket packet, final UdpPath path) {
        final int checksum = compute(
            packet, path.localAddress(), path.localPort(), path.remoteAddress(), path.remotePort());
        packet.buffer().putInt(packet.lengthBytes() - RocePacket.ICRC_BYTES, Integer.reverseBytes(checksum));
    }

    /**
     * Checks the ICRC of a received packet.
     *
     * @param packet             packet without {@linkplain RocePacket#defect() defect}.
     * @param sourceAddress      IPv4 address it came from, first octet in the top byte.
     * @param sourcePort         UDP port it came from.
     * @param destinationAddress IPv4 address it came to.
     * @param destinationPort    UDP port it came to.
     * @return the IPv4 identification it was sent with, 0 to 65535, or {@link #CORRUPT}. A caller that knows its peer
     *     to send identification 0 takes any other answer for corruption.
     */
    public int verify(
        final RocePacket packet, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        final int checksum = compute(packet, sourceAddress, sourcePort, destinationAddress, destinationPort);
        final int length = packet.lengthBytes();
        final int received = Integer.reverseBytes(packet.buffer().getInt(length - RocePacket.ICRC_BYTES));
        final int difference = checksum ^ received;
        return difference == 0 ? 0 : basis(length).identification(difference);
    }

    private int compute(
        final RocePacket packet, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        final byte[] prefix = this.prefix;
        final int length = packet.lengthBytes();
        putShort(prefix, IP_OFFSET + 2, IP_BYTES + UDP_BYTES + length);
        putInt(prefix, IP_OFFSET + 12, sourceAddress);
        putInt(prefix, IP_OFFSET + 16, destinationAddress);
        putShort(prefix, UDP_OFFSET, sourcePort);
        putShort(prefix, UDP_OFFSET + 2, destinationPort);
        putShort(prefix, UDP_OFFSET + 4, UDP_BYTES + length);

        final ByteBuffer bytes = packet.checksumView();
        putInt(prefix, BTH_OFFSET, bytes.getInt(0));
        putInt(prefix, BTH_OFFSET + 4, bytes.getInt(4) | 0xFF00_0000);

        final CRC32 crc = this.crc;
        crc.reset();
        crc.update(prefix, 0, PREFIX_BYTES);
        bytes.limit(length - RocePacket.ICRC_BYTES).position(BTH_PREFIX_BYTES);
        crc.update(bytes);
        bytes.clear();
        return (int) crc.getValue();
    }

    private IdentificationBasis basis(final int packetBytes) {
        final int index = packetBytes >>> 2;
        IdentificationBasis basis = basisByWords[index];
        if (basis == null) {
            basis = new IdentificationBasis(BTH_OFFSET + packetBytes - RocePacket.ICRC_BYTES, IDENTIFICATION_OFFSET);
            basisByWords[index] = basis;
        }
        return basis;
    }

    private static void putShort(final byte[] target, final int offset, final int value) {
        target[offset] = (byte) (value >>> 8);
        target[offset + 1] = (byte) value;
    }

    private static void putInt(final byte[] target, final int offset, final int value) {
        putShort(target, offset, value >>> 16);
        putShort(target, offset + 2, value);
    }
}
