// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** Arithmetic on packet sequence numbers, which have 24 bits, wrap around, and compare within half their range. */
public final class PacketSequenceNumber {

    /** All bits of a sequence number. */
    public static final int MASK = 0xFF_FFFF;

    private PacketSequenceNumber() {
    }

    /**
     * Returns the sequence number that is a number of packets later.
     *
     * @param psn     sequence number.
     * @param packets number of packets to advance by. May be negative.
     * @return the sequence number, 0 to {@link #MASK}.
     */
    public static int plus(final int psn, final int packets) {
        return (psn + packets) & MASK;
    }

    /**
     * Returns how far one sequence number is ahead of another.
     *
     * @param from sequence number to count from.
     * @param to   sequence number to count to.
     * @return number of packets from the first to the second, -2^23 to 2^23-1. Negative if the second is older.
     */
    public static int distance(final int from, final int to) {
        return ((to - from) << 8) >> 8;
    }
}
