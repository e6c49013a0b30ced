// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads one field after the other, little-endian. */
final class PayloadReader {

    private final ByteBuffer buffer;

    PayloadReader(final MemorySegment payload) {
        buffer = payload.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    int getInt() {
        return buffer.getInt();
    }

    long getLong() {
        return buffer.getLong();
    }

    /** The next field as a name; null when it is none. */
    String getName() {
        final byte[] padded = new byte[Names.LONGEST_BYTES];
        buffer.get(padded);
        int length = 0;
        while (length < padded.length && padded[length] != 0) {
            length++;
        }
        final String name = new String(padded, 0, length, StandardCharsets.US_ASCII);
        return Names.isName(name) ? name : null;
    }

    void skip(final int bytes) {
        buffer.position(buffer.position() + bytes);
    }
}
