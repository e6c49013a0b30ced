// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The difference between the CRC-32 of a packet's own bytes and its ICRC. It comes from the headers before the packet
 * and from a masked byte of the BTH.
 *
 * <p>The CRC is linear. The contribution of the headers therefore depends only on the headers and on the number of
 * bytes that follow. It is the same for all packets of one length between two ends, and is cached for the most recent
 * ones. A packet costs one pass over its bytes, in place, and one XOR.
 */
final class ChecksumCorrections {

    private static final int PLACES = 1 << 9;
    private static final int HASH_MULTIPLIER = 0x9E37_79B9;
    private static final int HASH_SHIFT = 23;

    /** Length in a cache key that marks an empty entry. */
    private static final int NO_LENGTH = -1;

    private final CRC32 crc = new CRC32();
    private final byte[] zeros = new byte[RocePacket.BUFFER_BYTES];
    private final byte[] masked = new byte[BaseTransportHeader.VARIANT_OFFSET + 1];
    private final PseudoHeaders headers = new PseudoHeaders();

    private final long[] addresses = new long[PLACES];
    private final int[] ports = new int[PLACES];
    private final int[] lengths = new int[PLACES];
    private final int[] corrections = new int[PLACES];

    /** The same for IPv6. */
    private final Ipv6Corrections ofIpv6 = new Ipv6Corrections();

    ChecksumCorrections() {
        Arrays.fill(lengths, NO_LENGTH);
    }

    /** Corrections of packets over IPv6, found by all that they depend on. */
    private final class Ipv6Corrections {

        private static final int PLACES = 1 << 7;
        private static final int HASH_SHIFT = 25;
        /** Both addresses and both ports. */
        private static final int KEYS = 5;

        private final long[] keys = new long[KEYS * PLACES];
        private final int[] lengths = new int[PLACES];
        private final int[] corrections = new int[PLACES];

        Ipv6Corrections() {
            Arrays.fill(lengths, NO_LENGTH);
        }

        int get(
            final int packetBytes, final long sourceHigh, final long sourceLow, final int sourcePort,
            final long destinationHigh, final long destinationLow, final int destinationPort) {
            final long bothPorts = (long) sourcePort << Integer.SIZE | destinationPort;
            final long addresses = (sourceHigh ^ sourceLow) * 31 + (destinationHigh ^ destinationLow);
            final int mixed = (Long.hashCode(addresses) ^ Long.hashCode(bothPorts)) * 31 + packetBytes;
            final int place = mixed * HASH_MULTIPLIER >>> HASH_SHIFT;
            final long[] keys = this.keys;
            final int key = KEYS * place;
            if (lengths[place] != packetBytes || keys[key] != sourceHigh || keys[key + 1] != sourceLow
                || keys[key + 2] != destinationHigh || keys[key + 3] != destinationLow || keys[key + 4] != bothPorts) {
                corrections[place] = compute(packetBytes, headers.ofIpv6(
                    packetBytes, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort));
                lengths[place] = packetBytes;
                keys[key] = sourceHigh;
                keys[key + 1] = sourceLow;
                keys[key + 2] = destinationHigh;
                keys[key + 3] = destinationLow;
                keys[key + 4] = bothPorts;
            }
            return corrections[place];
        }
    }

    /** Returns the correction of a packet over IPv6 for a masked byte of 0. The length includes the ICRC. */
    int ofIpv6(
        final int packetBytes, final long sourceHigh, final long sourceLow, final int sourcePort,
        final long destinationHigh, final long destinationLow, final int destinationPort) {
        return ofIpv6.get(
            packetBytes, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
    }

    /**
     * Returns the correction of a packet over IPv4 for identification 0 and a masked byte of 0. The length includes the
     * ICRC.
     */
    int ofIpv4(
        final int packetBytes, final int sourceAddress, final int sourcePort, final int destinationAddress,
        final int destinationPort) {
        final long bothAddresses = (long) sourceAddress << Integer.SIZE | destinationAddress & 0xFFFF_FFFFL;
        final int bothPorts = sourcePort << Short.SIZE | destinationPort;
        final int mixed = (Long.hashCode(bothAddresses) ^ bothPorts) * 31 + packetBytes;
        final int place = mixed * HASH_MULTIPLIER >>> HASH_SHIFT;
        if (lengths[place] != packetBytes || addresses[place] != bothAddresses || ports[place] != bothPorts) {
            corrections[place] = compute(packetBytes,
                headers.ofIpv4(packetBytes, sourceAddress, sourcePort, destinationAddress, destinationPort));
            lengths[place] = packetBytes;
            addresses[place] = bothAddresses;
            ports[place] = bothPorts;
        }
        return corrections[place];
    }

    private int compute(final int packetBytes, final byte[] headersBefore) {
        final int coveredBytes = packetBytes - RocePacket.ICRC_BYTES;
        crc.reset();
        crc.update(headersBefore);
        updateMasked(0xFF, coveredBytes);
        return (int) crc.getValue() ^ ofZeros(coveredBytes);
    }

    /** Returns the change of the CRC of a packet whose byte that routers may change is not 0. */
    int ofMaskedByte(final int value, final int packetBytes) {
        final int coveredBytes = packetBytes - RocePacket.ICRC_BYTES;
        crc.reset();
        updateMasked(value, coveredBytes);
        return (int) crc.getValue() ^ ofZeros(coveredBytes);
    }

    private void updateMasked(final int value, final int coveredBytes) {
        masked[BaseTransportHeader.VARIANT_OFFSET] = (byte) value;
        crc.update(masked);
        crc.update(zeros, 0, coveredBytes - masked.length);
    }

    private int ofZeros(final int bytes) {
        crc.reset();
        crc.update(zeros, 0, bytes);
        return (int) crc.getValue();
    }
}
