// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.util.zip.CRC32;

/**
 * Finds the 16-bit field that explains the difference between two CRC-32 values over data of one length.
 *
 * <p>Flipping one bit of the field changes the CRC by a value that depends only on the distance of the bit from the
 * end. The sixteen values, one per bit, are independent. Each difference is therefore the sum of at most one subset of
 * them. Gauss-Jordan elimination, performed once per length, reduces the search for that subset to sixteen conditional
 * XORs.
 */
final class IdentificationBasis {

    private static final int BITS = 16;

    /** The CRC difference that each bit of the field causes. */
    private final int[] ofBit;

    /** CRC differences. Each has a pivot, a bit that none of the others has. */
    private final int[] difference = new int[BITS];
    private final int[] pivot = new int[BITS];
    /** The field values that cause the differences at the same index. */
    private final int[] field = new int[BITS];

    /**
     * Prepares for data of a given length.
     *
     * @param dataBytes   number of bytes that the CRC covers.
     * @param fieldOffset offset of the 16-bit big-endian field in these bytes.
     */
    IdentificationBasis(final int dataBytes, final int fieldOffset) {
        final byte[] data = new byte[dataBytes];
        final int zero = crc(data);
        for (int bit = 0; bit < BITS; bit++) {
            final int position = fieldOffset + (bit < 8 ? 1 : 0);
            data[position] = (byte) (1 << (bit & 7));
            difference[bit] = crc(data) ^ zero;
            data[position] = 0;
            field[bit] = 1 << bit;
        }
        ofBit = difference.clone();
        for (int row = 0; row < BITS; row++) {
            // A CRC-32 detects every change within 32 adjacent bits. The rows are therefore independent, and none is
            // zero.
            pivot[row] = Integer.lowestOneBit(difference[row]);
            for (int other = 0; other < BITS; other++) {
                if (other != row && (difference[other] & pivot[row]) != 0) {
                    difference[other] ^= difference[row];
                    field[other] ^= field[row];
                }
            }
        }
    }

    /**
     * Returns the field value that explains a difference.
     *
     * @param crcDifference CRC of the received data XOR CRC of the same data with a zero field.
     * @return the field, 0 to 65535, or {@link Icrc#CORRUPT} if no value of the field explains it.
     */
    int identification(final int crcDifference) {
        int rest = crcDifference;
        int identification = 0;
        for (int row = 0; row < BITS; row++) {
            if ((crcDifference & pivot[row]) != 0) {
                rest ^= difference[row];
                identification ^= field[row];
            }
        }
        return rest == 0 ? identification : Icrc.CORRUPT;
    }

    /**
     * Returns the change of the CRC when some bits of the field flip.
     *
     * @param flipped bits that flip, 0 to 65535.
     * @return the CRC of the data with one field XOR the CRC of the data with the other.
     */
    int difference(final int flipped) {
        int change = 0;
        for (int rest = flipped; rest != 0; rest &= rest - 1) {
            change ^= ofBit[Integer.numberOfTrailingZeros(rest)];
        }
        return change;
    }

    private static int crc(final byte[] data) {
        final CRC32 crc = new CRC32();
        crc.update(data);
        return (int) crc.getValue();
    }
}
