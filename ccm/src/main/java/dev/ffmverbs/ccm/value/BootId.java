// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.security.SecureRandom;

/**
 * Identifies one incarnation of a node: 128 random bits, drawn at every start.
 *
 * @param high the upper 64 bits.
 * @param low  the lower 64 bits.
 */
public record BootId(long high, long low) {

    /** Identifies no incarnation. Zeroed memory holds this value. */
    public static final BootId NONE = new BootId(0, 0);

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Draws a new boot id.
     *
     * @return an identifier that no other incarnation has.
     */
    public static BootId random() {
        final BootId drawn = new BootId(RANDOM.nextLong(), RANDOM.nextLong());
        return drawn.equals(NONE) ? random() : drawn;
    }

    /**
     * Whether this boot id has these halves. Unlike {@link #equals}, this needs no object to compare with.
     *
     * @param otherHigh upper 64 bits to compare with.
     * @param otherLow  lower 64 bits to compare with.
     * @return whether they name the same incarnation.
     */
    public boolean matches(final long otherHigh, final long otherLow) {
        return high == otherHigh && low == otherLow;
    }

    /**
     * Returns the identifier in 32 hexadecimal digits.
     *
     * @return the digits, upper bits first.
     */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
