// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Times as messages carry them: code n stands for 4.096 microseconds times 2 to the power of n. */
final class TimeCode {

    static final int MAXIMUM = 31;

    private static final long UNIT_NS = 4096;

    private TimeCode() {
    }

    static long toNanos(final int code) {
        return UNIT_NS << code;
    }

    /** The time a peer's code stands for, but not longer than this device takes any code for. */
    static long toCappedNanos(final int code) {
        return toNanos(Math.min(code, CommunicationSettings.LONGEST_CODE));
    }

    /**
     * Code of the time after which a packet without acknowledgement is sent again: there, back, and the peer's delay.
     *
     * <p>A sum of powers of two is not one: the larger is taken, and doubled when the other is at least half of it
     * ({@code cm_ack_timeout} of {@code cm.c}).
     */
    static int acknowledgeTimeout(final int acknowledgeDelay, final int packetLifeTime) {
        final int thereAndBack = packetLifeTime + 1;
        final int rounding = Math.abs(thereAndBack - acknowledgeDelay) <= 1 ? 1 : 0;
        return Math.min(MAXIMUM, Math.max(thereAndBack, acknowledgeDelay) + rounding);
    }
}
