// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A key and a value as they are in memory: in the table, in the log and in messages.
 *
 * @param kind  what it means; 0 where there is no item.
 * @param key   up to 24 bytes of UTF-8; empty if the kind needs none.
 * @param value up to 48 bytes of UTF-8; empty if the kind needs none.
 * @param count a number, for kinds that need one.
 */
record Item(byte kind, String key, String value, int count) {

    static final int LONGEST_KEY_BYTES = 24;
    static final int LONGEST_VALUE_BYTES = 48;

    private static final long KIND = 0;
    private static final long KEY_BYTES = 1;
    private static final long VALUE_BYTES = 2;
    private static final long COUNT = 4;
    private static final long KEY = 8;
    private static final long VALUE = KEY + LONGEST_KEY_BYTES;

    /** Bytes that an item takes. */
    static final int BYTES = (int) VALUE + LONGEST_VALUE_BYTES;

    /** Returns a key or value as bytes. */
    static byte[] encode(final String what, final String text, final int longestBytes) {
        if (!isEncodable(text)) {
            throw new IllegalArgumentException("the " + what + " has half of a character, which UTF-8 cannot express");
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > longestBytes) {
            throw new IllegalArgumentException(
                "the " + what + " \"" + text + "\" has " + bytes.length + " bytes; at most " + longestBytes + " fit");
        }
        return bytes;
    }

    private static boolean isEncodable(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return StandardCharsets.UTF_8.newEncoder().canEncode(text);
            }
        }
        return true;
    }

    static byte[] encodeKey(final String key) {
        return encode("key", key, LONGEST_KEY_BYTES);
    }

    static byte[] encodeValue(final String value) {
        return encode("value", value, LONGEST_VALUE_BYTES);
    }

    /** Writes this item into memory. */
    void write(final MemorySegment memory, final long offset) {
        final byte[] keyBytes = encodeKey(key);
        final byte[] valueBytes = encodeValue(value);
        memory.asSlice(offset, BYTES).fill((byte) 0);
        memory.set(ValueLayout.JAVA_BYTE, offset + KIND, kind);
        memory.set(ValueLayout.JAVA_BYTE, offset + KEY_BYTES, (byte) keyBytes.length);
        memory.set(ValueLayout.JAVA_BYTE, offset + VALUE_BYTES, (byte) valueBytes.length);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + COUNT, count);
        MemorySegment.copy(keyBytes, 0, memory, ValueLayout.JAVA_BYTE, offset + KEY, keyBytes.length);
        MemorySegment.copy(valueBytes, 0, memory, ValueLayout.JAVA_BYTE, offset + VALUE, valueBytes.length);
    }

    /** Reads an item from memory. */
    static Item read(final MemorySegment memory, final long offset) {
        return new Item(kindAt(memory, offset), text(memory, offset + KEY, memory.get(ValueLayout.JAVA_BYTE,
            offset + KEY_BYTES), LONGEST_KEY_BYTES), valueAt(memory, offset),
            memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + COUNT));
    }

    /** Whether memory that anybody may have written holds texts as {@link #write} writes them. */
    static boolean isWellFormed(final MemorySegment memory, final long offset) {
        return isText(memory, offset + KEY, memory.get(ValueLayout.JAVA_BYTE, offset + KEY_BYTES), LONGEST_KEY_BYTES)
            && isText(memory, offset + VALUE, memory.get(ValueLayout.JAVA_BYTE, offset + VALUE_BYTES),
            LONGEST_VALUE_BYTES);
    }

    private static boolean isText(
        final MemorySegment memory, final long offset, final byte lengthBytes, final int longestBytes) {
        if (lengthBytes < 0 || lengthBytes > longestBytes) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(memory.asSlice(offset, lengthBytes).asByteBuffer());
            return true;
        } catch (final CharacterCodingException notUtf8) {
            return false;
        }
    }

    static byte kindAt(final MemorySegment memory, final long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset + KIND);
    }

    static String valueAt(final MemorySegment memory, final long offset) {
        return text(memory, offset + VALUE, memory.get(ValueLayout.JAVA_BYTE, offset + VALUE_BYTES),
            LONGEST_VALUE_BYTES);
    }

    /** Whether there is an item with this key, without creating objects. */
    static boolean hasKey(final MemorySegment memory, final long offset, final byte[] key) {
        if (kindAt(memory, offset) == 0 || memory.get(ValueLayout.JAVA_BYTE, offset + KEY_BYTES) != key.length) {
            return false;
        }
        for (int i = 0; i < key.length; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, offset + KEY + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    private static String text(
        final MemorySegment memory, final long offset, final byte lengthBytes, final int longestBytes) {
        final byte[] bytes = new byte[Math.clamp(lengthBytes, 0, longestBytes)];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
