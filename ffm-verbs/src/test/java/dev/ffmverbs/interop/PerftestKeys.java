// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Gid;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a perftest program tells its peer over TCP about a queue pair and its memory, in the form that it uses with a
 * GID index ({@code KEY_PRINT_FMT_GID} of {@code perftest_communication.h}).
 *
 * @param reads                READs and atomics that may be outstanding.
 * @param queuePair            queue pair number.
 * @param packetSequenceNumber first packet sequence number that it sends.
 * @param rkey                 key of the memory.
 * @param address              address of the memory.
 * @param gid                  address of the device.
 */
record PerftestKeys(int reads, int queuePair, int packetSequenceNumber, int rkey, long address, Gid gid) {

    /** With the zero byte at the end. */
    static final int BYTES = 108;

    private static final int GID_BYTES = 16;
    private static final int FIELDS_BEFORE_GID = 6;
    private static final int HEXADECIMAL = 16;

    byte[] encode() {
        final StringBuilder text = new StringBuilder(BYTES);
        text.append(String.format(Locale.ROOT, "%04x:%04x:%06x:%06x:%08x:%016x:", 0, reads, queuePair,
            packetSequenceNumber, rkey, address));
        for (int i = 0; i < GID_BYTES; i++) {
            final long half = i < Long.BYTES ? gid.high() : gid.low();
            text.append(String.format(
                Locale.ROOT, "%02x:", half >>> (Long.SIZE - Byte.SIZE - i % Long.BYTES * Byte.SIZE) & 0xFF));
        }
        text.append("00000000:").append('\0');
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static PerftestKeys decode(final byte[] message) {
        final String[] fields = new String(message, StandardCharsets.US_ASCII).split(":");
        long high = 0;
        long low = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            high = high << Byte.SIZE | number(fields[FIELDS_BEFORE_GID + i]);
            low = low << Byte.SIZE | number(fields[FIELDS_BEFORE_GID + Long.BYTES + i]);
        }
        return new PerftestKeys((int) number(fields[1]), (int) number(fields[2]), (int) number(fields[3]),
            (int) number(fields[4]), Long.parseUnsignedLong(fields[5], HEXADECIMAL), new Gid(high, low));
    }

    private static long number(final String text) {
        return Long.parseLong(text, HEXADECIMAL);
    }
}
