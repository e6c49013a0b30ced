// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;

/**
 * A field of 64 bits in a header or message, declared as a constant like an {@link IntField}.
 *
 * @param byteOffset bytes from the start of the header to the field.
 */
public record LongField(int byteOffset) {

    /**
     * Reads the field.
     *
     * @param buffer      big-endian bytes.
     * @param headerStart index of the header in the buffer.
     * @return the value.
     */
    public long get(final ByteBuffer buffer, final int headerStart) {
        return buffer.getLong(headerStart + byteOffset);
    }

    /**
     * Writes the field.
     *
     * @param buffer      big-endian bytes.
     * @param headerStart index of the header in the buffer.
     * @param value       the value.
     */
    public void set(final ByteBuffer buffer, final int headerStart, final long value) {
        buffer.putLong(headerStart + byteOffset, value);
    }
}
