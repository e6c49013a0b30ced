// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Computes and checks the invariant checksum (ICRC) of a packet.
 *
 * <p>The ICRC is the Ethernet CRC-32 over eight bytes of ones, the IP and UDP headers and the packet. Fields that
 * routers may change count as ones ({@code rxe_icrc.c}). A Java socket does not show the IP header. The headers are
 * therefore rebuilt: version 4, no options, "do not fragment" set, not a fragment; or version 6, no extension headers.
 *
 * <p>One header field cannot be rebuilt, the IPv4 identification. IPv6 has none. This device sends 0, or the index of a
 * packet in its train. Other peers, such as Linux rxe, count it up. Because the CRC is linear, the identification
 * follows from the difference between the received ICRC and the ICRC for identification 0 (see {@link #verify}). If any
 * identification is allowed, 16 of the 32 bits of checking strength remain, and one in 65 536 corrupted packets passes.
 *
 * <p>A FLUSH has one of two checksums, because Linux rxe covers it twice ({@link FlushChecksum}). Both are accepted. A
 * sender tries the other one when the first is not answered.
 *
 * <p>Not thread-safe.
 */
public final class Icrc {

    /** Result of {@link #verify} if no identification explains the checksum of the packet. */
    public static final int CORRUPT = -1;

    private final CRC32 crc = new CRC32();
    private final ChecksumCorrections corrections = new ChecksumCorrections();
    private final IdentificationBasis[] basisByWords = new IdentificationBasis[RocePacket.BUFFER_BYTES / 4 + 1];
    private final FlushChecksum flush = new FlushChecksum();

    /** Creates a checker with an empty cache. */
    public Icrc() {
        // The caches fill as packets arrive.
    }

    /**
     * Writes the ICRC of a packet to be sent with identification 0.
     *
     * @param packet packet whose headers and payload are complete.
     * @param path   path that the packet takes.
     */
    public void seal(final RocePacket packet, final UdpPath path) {
        seal(packet, path, 0);
    }

    /**
     * Writes the ICRC of a packet to be sent. That of a FLUSH is the one of Linux rxe.
     *
     * @param packet         packet whose headers and payload are complete.
     * @param path           path that the packet takes.
     * @param identification IPv4 identification that the packet is sent with, 0 to 65535.
     */
    public void seal(final RocePacket packet, final UdpPath path, final int identification) {
        final int checksum = compute(packet, path, identification);
        write(packet, isFlush(packet) ? flush.of(packet, checksum) : checksum);
    }

    /**
     * Writes the ICRC of a packet to be sent as the specification defines it. It differs from {@link #seal} for a FLUSH
     * only.
     *
     * @param packet         packet whose headers and payload are complete.
     * @param path           path that the packet takes.
     * @param identification IPv4 identification that the packet is sent with, 0 to 65535.
     */
    public void sealAsSpecified(final RocePacket packet, final UdpPath path, final int identification) {
        write(packet, compute(packet, path, identification));
    }

    private int compute(final RocePacket packet, final UdpPath path, final int identification) {
        final IpAddress source = path.local();
        final IpAddress destination = path.remoteIp();
        final int checksum = compute(packet, source.high(), source.low(), path.localPort(),
            destination.high(), destination.low(), path.remotePort());
        return identification != 0 && path.isIpv4()
            ? checksum ^ basis(packet.lengthBytes()).difference(identification) : checksum;
    }

    private static void write(final RocePacket packet, final int checksum) {
        packet.putInt(packet.lengthBytes() - RocePacket.ICRC_BYTES, Integer.reverseBytes(checksum));
    }

    private static boolean isFlush(final RocePacket packet) {
        return Opcode.is(packet.bth().opcode(), Opcode.FLUSHES);
    }

    /**
     * Changes the ICRC of a sealed packet to another identification, without another pass over its bytes. A wrong
     * checksum stays wrong.
     *
     * @param packet sealed packet other than a FLUSH, or a FLUSH whose identification stays the same. A FLUSH is sent
     *               outside trains, so that its identification is always 0.
     * @param path   path that the packet takes.
     * @param from   identification that the packet was sealed with, 0 to 65535.
     * @param to     identification that the packet is sent with, 0 to 65535.
     */
    public void reseal(final RocePacket packet, final UdpPath path, final int from, final int to) {
        if (from != to && path.isIpv4()) {
            final int length = packet.lengthBytes();
            final int offset = length - RocePacket.ICRC_BYTES;
            final int change = basis(length).difference(from ^ to);
            packet.putInt(offset, packet.getInt(offset) ^ Integer.reverseBytes(change));
        }
    }

    /**
     * Checks the ICRC of a received packet.
     *
     * @param packet  packet without {@linkplain RocePacket#defect() defect}.
     * @param arrival addresses and UDP ports of the packet.
     * @return the IPv4 identification that the packet was sent with, 0 to 65535, or {@link #CORRUPT}. A caller whose
     *     peer is known to send identification 0 must treat any other result as corruption. The result is 0 or {@link
     *     #CORRUPT} for IPv6, which has no identification.
     */
    public int verify(final RocePacket packet, final Arrival arrival) {
        final int checksum = compute(packet, arrival.sourceHigh(), arrival.sourceLow(), arrival.sourcePort(),
            arrival.destinationHigh(), arrival.destinationLow(), arrival.destinationPort());
        final int length = packet.lengthBytes();
        final int received = Integer.reverseBytes(packet.getInt(length - RocePacket.ICRC_BYTES));
        final int difference = checksum ^ received;
        if (difference == 0) {
            return 0;
        }
        if (isFlush(packet)) {
            final int identification = identifyFlush(flush.of(packet, checksum) ^ received, arrival);
            if (identification != CORRUPT) {
                return identification;
            }
        }
        return arrival.isIpv4() ? basis(length).identification(difference) : CORRUPT;
    }

    private int identifyFlush(final int difference, final Arrival arrival) {
        return difference == 0 ? 0 : arrival.isIpv4() ? flush.identification(difference) : CORRUPT;
    }

    /**
     * Returns the ICRC for identification 0, from one pass over the packet and the contribution of the headers before
     * it.
     */
    private int compute(
        final RocePacket packet, final long sourceHigh, final long sourceLow, final int sourcePort,
        final long destinationHigh, final long destinationLow, final int destinationPort) {
        final int length = packet.lengthBytes();
        final int start = packet.startOffset();
        final ByteBuffer bytes = packet.checksumView();
        final CRC32 crc = this.crc;
        crc.reset();
        bytes.limit(start + length - RocePacket.ICRC_BYTES).position(start);
        crc.update(bytes);
        bytes.clear();
        int checksum = (int) crc.getValue()
            ^ (IpAddress.isIpv4(sourceHigh, sourceLow)
                ? corrections.ofIpv4(length, (int) sourceLow, sourcePort, (int) destinationLow, destinationPort)
                : corrections.ofIpv6(
                    length, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort));
        final int variant = packet.bth().variant();
        if (variant != 0) {
            checksum ^= corrections.ofMaskedByte(variant, length);
        }
        return checksum;
    }

    private IdentificationBasis basis(final int packetBytes) {
        final int index = packetBytes >>> 2;
        IdentificationBasis basis = basisByWords[index];
        if (basis == null) {
            basis = new IdentificationBasis(
                PseudoHeaders.IPV4_BYTES + packetBytes - RocePacket.ICRC_BYTES, PseudoHeaders.IDENTIFICATION_OFFSET);
            basisByWords[index] = basis;
        }
        return basis;
    }
}
