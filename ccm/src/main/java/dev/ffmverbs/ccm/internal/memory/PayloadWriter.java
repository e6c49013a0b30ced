// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes one field after the other, little-endian. */
final class PayloadWriter {

    private final ByteBuffer buffer;

    PayloadWriter(final MemorySegment payload) {
        buffer = payload.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    PayloadWriter putInt(final int value) {
        buffer.putInt(value);
        return this;
    }

    PayloadWriter putLong(final long value) {
        buffer.putLong(value);
        return this;
    }

    PayloadWriter putName(final String name) {
        buffer.put(name.getBytes(StandardCharsets.US_ASCII));
        return putZeros(Names.LONGEST_BYTES - name.length());
    }

    PayloadWriter putZeros(final int count) {
        for (int i = 0; i < count; i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    void clearRest() {
        putZeros(buffer.remaining());
    }
}
