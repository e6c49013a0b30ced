// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.nio.ByteBuffer;

/**
 * A number in a message: big-endian, of any number of bits up to 64.
 *
 * @param byteOffset the byte its first bit is in, from the end of the MAD header.
 * @param bitOffset  its first bit in that byte, 0 to 7, counted from the most significant.
 * @param bits       its width, 1 to 64; with a bit offset, at most up to the end of the eighth byte.
 */
record MessageField(int byteOffset, int bitOffset, int bits) {

    /** Communication id of the sender: the first field of every message. */
    static final MessageField LOCAL_ID = bytes(0, 4);

    /** Communication id of the receiver, in every message but a request. */
    static final MessageField REMOTE_ID = bytes(4, 4);

    static MessageField bytes(final int byteOffset, final int count) {
        return new MessageField(byteOffset, 0, count * Byte.SIZE);
    }

    static MessageField bits(final int byteOffset, final int bitOffset, final int bits) {
        return new MessageField(byteOffset, bitOffset, bits);
    }

    private int lastByte() {
        return byteOffset + (bitOffset + bits - 1) / Byte.SIZE;
    }

    private int bitsBelow() {
        return (lastByte() - byteOffset + 1) * Byte.SIZE - bitOffset - bits;
    }

    private long mask() {
        return -1L >>> (Long.SIZE - bits);
    }

    private long container(final ByteBuffer message, final int headerBytes) {
        long container = 0;
        for (int i = byteOffset; i <= lastByte(); i++) {
            container = container << Byte.SIZE | message.get(headerBytes + i) & 0xFF;
        }
        return container;
    }

    long read(final ByteBuffer message, final int headerBytes) {
        return container(message, headerBytes) >>> bitsBelow() & mask();
    }

    void write(final ByteBuffer message, final int headerBytes, final long value) {
        if ((value & ~mask()) != 0) {
            throw new IllegalArgumentException("value 0x" + Long.toHexString(value) + " does not fit in " + this);
        }
        long container = container(message, headerBytes) & ~(mask() << bitsBelow()) | value << bitsBelow();
        for (int i = lastByte(); i >= byteOffset; i--) {
            message.put(headerBytes + i, (byte) container);
            container >>>= Byte.SIZE;
        }
    }
}
