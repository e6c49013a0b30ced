// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a {@link PayloadWriter} of another node has written, one little-endian field after the other. The caller
 * has checked that there are enough bytes.
 */
public final class PayloadReader {

    private final ByteBuffer buffer;

    /**
     * Creates a reader at the first byte.
     *
     * @param payload a copy, which does not change.
     */
    public PayloadReader(final MemorySegment payload) {
        buffer = payload.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads four bytes.
     *
     * @return their value.
     */
    public int getInt() {
        return buffer.getInt();
    }

    /**
     * Reads eight bytes.
     *
     * @return their value.
     */
    public long getLong() {
        return buffer.getLong();
    }

    /**
     * Reads the {@link Names#LONGEST_BYTES} bytes of a name.
     *
     * @return the name; null if the bytes are not a name.
     */
    public String getName() {
        final byte[] padded = new byte[Names.LONGEST_BYTES];
        buffer.get(padded);
        int length = 0;
        while (length < padded.length && padded[length] != 0) {
            length++;
        }
        final String name = new String(padded, 0, length, StandardCharsets.US_ASCII);
        return Names.isName(name) ? name : null;
    }

    /**
     * Reads a boot id, 16 bytes.
     *
     * @return the boot id.
     */
    public BootId getBootId() {
        return new BootId(buffer.getLong(), buffer.getLong());
    }

    /**
     * Reads bytes as they are.
     *
     * @param count number of bytes.
     * @return a copy.
     */
    public ByteBuffer getBytes(final int count) {
        final byte[] bytes = new byte[count];
        buffer.get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /**
     * Returns how much is left to read.
     *
     * @return the number of bytes.
     */
    public int remainingBytes() {
        return buffer.remaining();
    }

    void skip(final int bytes) {
        buffer.position(buffer.position() + bytes);
    }
}
