// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.nio.charset.StandardCharsets;

/** The text of an rping client: {@code rdma-ping-N: } and letters, which start one letter later with every ping. */
final class PingText {

    private static final int FIRST_LETTER = 'A';
    private static final int LETTERS = 'z' - 'A' + 1;

    private PingText() {
    }

    /**
     * Returns the source data of one ping.
     *
     * @param ping      number of the ping, from 0.
     * @param sizeBytes length, including the 0 at its end.
     * @return the data.
     */
    static byte[] bytes(final int ping, final int sizeBytes) {
        final byte[] prefix = ("rdma-ping-" + ping + ": ").getBytes(StandardCharsets.US_ASCII);
        final byte[] data = new byte[sizeBytes];
        System.arraycopy(prefix, 0, data, 0, prefix.length);
        for (int index = prefix.length; index < sizeBytes - 1; index++) {
            data[index] = (byte) (FIRST_LETTER + (ping + index - prefix.length) % LETTERS);
        }
        return data;
    }

    /** Returns the text as a C program prints it, without the 0 at its end. */
    static String printed(final int ping, final int sizeBytes) {
        return new String(bytes(ping, sizeBytes), 0, sizeBytes - 1, StandardCharsets.US_ASCII);
    }
}
