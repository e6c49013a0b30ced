// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a payload that another node reads, one little-endian field after the other. Each method returns the writer.
 */
public final class PayloadWriter {

    private final ByteBuffer buffer;

    /**
     * Creates a writer at the first byte.
     *
     * @param payload memory to write to.
     */
    public PayloadWriter(final MemorySegment payload) {
        buffer = payload.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes four bytes.
     *
     * @param value their value.
     * @return this.
     */
    public PayloadWriter putInt(final int value) {
        buffer.putInt(value);
        return this;
    }

    /**
     * Writes eight bytes.
     *
     * @param value their value.
     * @return this.
     */
    public PayloadWriter putLong(final long value) {
        buffer.putLong(value);
        return this;
    }

    /**
     * Writes a name, padded with zeros to {@link Names#LONGEST_BYTES} bytes.
     *
     * @param name a valid name, according to {@link Names#isName}.
     * @return this.
     */
    public PayloadWriter putName(final String name) {
        buffer.put(name.getBytes(StandardCharsets.US_ASCII));
        return putZeros(Names.LONGEST_BYTES - name.length());
    }

    /**
     * Writes a boot id, 16 bytes.
     *
     * @param bootId the boot id.
     * @return this.
     */
    public PayloadWriter putBootId(final BootId bootId) {
        return putLong(bootId.high()).putLong(bootId.low());
    }

    /**
     * Writes bytes as they are.
     *
     * @param bytes buffer whose remaining bytes are written; its position does not change.
     * @return this.
     */
    public PayloadWriter putBytes(final ByteBuffer bytes) {
        buffer.put(bytes.duplicate());
        return this;
    }

    PayloadWriter putZeros(final int count) {
        for (int i = 0; i < count; i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** Fills the rest of the payload with zeros. */
    void clearRest() {
        putZeros(buffer.remaining());
    }
}
