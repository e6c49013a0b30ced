// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Gid;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a queue pair as the pingpong programs exchange it: {@code LID:QPN:PSN:GID} in hexadecimal.
 *
 * @param localIdentifier      LID of the port, 0 on Ethernet.
 * @param queuePairNumber      number of the queue pair.
 * @param packetSequenceNumber number of the first packet it sends.
 * @param gid                  GID of the port.
 */
record PeerAddress(int localIdentifier, int queuePairNumber, int packetSequenceNumber, Gid gid) {

    /** Length on the wire. Every field has leading zeros, and a 0 ends the text. */
    static final int BYTES = 52;

    /** Stands for a queue pair that does not exist. */
    static final PeerAddress NONE = new PeerAddress(0, 0, 0, new Gid(0, 0));

    private static final Pattern TEXT =
        Pattern.compile("(\\p{XDigit}{4}):(\\p{XDigit}{6}):(\\p{XDigit}{6}):(\\p{XDigit}{16})(\\p{XDigit}{16})\0");

    static PeerAddress parse(final byte[] wire) {
        final String text = new String(wire, StandardCharsets.US_ASCII);
        final Matcher fields = TEXT.matcher(text);
        if (!fields.matches()) {
            throw new AssertionError("the peer sent '" + text + "', which is not LID:QPN:PSN:GID");
        }
        return new PeerAddress(Integer.parseInt(fields.group(1), 16), Integer.parseInt(fields.group(2), 16),
            Integer.parseInt(fields.group(3), 16),
            new Gid(Long.parseUnsignedLong(fields.group(4), 16), Long.parseUnsignedLong(fields.group(5), 16)));
    }

    byte[] wire() {
        return String.format("%04x:%06x:%06x:%016x%016x\0",
            localIdentifier, queuePairNumber, packetSequenceNumber, gid.high(), gid.low())
            .getBytes(StandardCharsets.US_ASCII);
    }
}
