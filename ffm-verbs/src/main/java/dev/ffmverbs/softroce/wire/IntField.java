// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;

/**
 * A field of 1 to 32 bits in a header or message. It knows its position, and how to read and write it.
 *
 * <p>The InfiniBand architecture draws every header in rows of 32 bits, in network byte order. A field lies within one
 * row, so that each access is one load or store of four bytes. Fields are declared as constants. The JIT compiler folds
 * them into the offset, shift and mask of the access, and nothing is allocated.
 *
 * <p>{@link #get} and {@link #set} work with any buffer. Hot paths load and store the row themselves and use
 * {@link #of} and {@link #inRow}. Other kinds of buffers used elsewhere then do not slow down their calls.
 *
 * @param rowOffset bytes from the start of the header to the row, a multiple of 4.
 * @param shift     bits of the row to the right of the field, 0 to 31.
 * @param bits      width of the field, 1 to 32.
 */
public record IntField(int rowOffset, int shift, int bits) {

    /**
     * Checks that the field lies within one row.
     *
     * @throws IllegalArgumentException if it does not.
     */
    public IntField {
        if (rowOffset < 0 || rowOffset % Integer.BYTES != 0 || shift < 0 || bits < 1 || shift + bits > Integer.SIZE) {
            throw new IllegalArgumentException("no field within one row of 32 bits: rowOffset=" + rowOffset
                + ", shift=" + shift + ", bits=" + bits);
        }
    }

    /**
     * Declares a field of whole bytes.
     *
     * @param byteOffset bytes from the start of the header to the field.
     * @param bytes      width of the field, 1 to 4.
     * @return the field.
     */
    public static IntField bytes(final int byteOffset, final int bytes) {
        return bits(byteOffset, 0, bytes * Byte.SIZE);
    }

    /**
     * Declares a field of any number of bits.
     *
     * @param byteOffset bytes from the start of the header to the byte that holds the first bit.
     * @param bitOffset  position of the first bit in that byte, 0 to 7, counted from the most significant bit.
     * @param bits       width of the field, 1 to 32.
     * @return the field.
     */
    public static IntField bits(final int byteOffset, final int bitOffset, final int bits) {
        final int byteInRow = byteOffset % Integer.BYTES;
        return new IntField(byteOffset - byteInRow, Integer.SIZE - byteInRow * Byte.SIZE - bitOffset - bits, bits);
    }

    private int mask() {
        return -1 >>> Integer.SIZE - bits;
    }

    /**
     * Returns the value of the field in its row.
     *
     * @param row the 32 bits of the row.
     * @return the value. A field of 32 bits may be negative.
     */
    public int of(final int row) {
        return row >>> shift & mask();
    }

    /**
     * Reads the field.
     *
     * @param buffer      big-endian bytes.
     * @param headerStart index of the header in the buffer.
     * @return the value. A field of 32 bits may be negative.
     */
    public int get(final ByteBuffer buffer, final int headerStart) {
        return of(buffer.getInt(headerStart + rowOffset));
    }

    /**
     * Writes the field and leaves its neighbours unchanged.
     *
     * @param buffer      big-endian bytes.
     * @param headerStart index of the header in the buffer.
     * @param value       the value.
     * @throws IllegalArgumentException if the value needs more bits than the field has.
     */
    public void set(final ByteBuffer buffer, final int headerStart, final int value) {
        if ((value & ~mask()) != 0) {
            throw tooLarge(value);
        }
        final int neighbours = buffer.getInt(headerStart + rowOffset) & ~(mask() << shift);
        buffer.putInt(headerStart + rowOffset, neighbours | value << shift);
    }

    private IllegalArgumentException tooLarge(final int value) {
        return new IllegalArgumentException("value 0x" + Integer.toHexString(value) + " does not fit in " + this);
    }

    /**
     * Returns the row with this field set and all other bits zero. Combined with {@code |}, it writes all fields of a
     * row in one store.
     *
     * @param value value of the field. Bits beyond the width of the field are ignored.
     * @return the 32 bits of the row.
     */
    public int inRow(final int value) {
        return (value & mask()) << shift;
    }
}
