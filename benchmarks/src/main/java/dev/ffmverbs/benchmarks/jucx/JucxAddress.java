// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What an end has to know of its peer.
 *
 * @param worker        address of the peer's worker.
 * @param key           key of the peer's buffer.
 * @param bufferAddress address of the peer's buffer in its process.
 */
public record JucxAddress(ByteBuffer worker, ByteBuffer key, long bufferAddress) {

    /** First word of a line that has an address. */
    public static final String PREFIX = "jucx-address";

    /**
     * Returns the line by which a process tells its address to another.
     *
     * @return words that {@link #parse} reads.
     */
    public String line() {
        return PREFIX + " " + hexadecimal(worker) + " " + hexadecimal(key) + " " + bufferAddress;
    }

    /**
     * Reads the line of another process.
     *
     * @param line what {@link #line} returned there.
     * @return the address.
     * @throws IllegalArgumentException if it is no such line.
     */
    public static JucxAddress parse(final String line) {
        final String[] words = line.split(" ");
        if (words.length != 4 || !words[0].equals(PREFIX)) {
            throw new IllegalArgumentException("an address of jucx is expected, not '" + line + "'");
        }
        return new JucxAddress(buffer(words[1]), buffer(words[2]), Long.parseLong(words[3]));
    }

    private static String hexadecimal(final ByteBuffer buffer) {
        final byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** jucx reads direct buffers only. */
    private static ByteBuffer buffer(final String hexadecimal) {
        final byte[] bytes = HexFormat.of().parseHex(hexadecimal);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
