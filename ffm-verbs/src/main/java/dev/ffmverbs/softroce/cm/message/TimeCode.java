// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

/** Codes for times in messages. Code n means 4.096 microseconds times 2 to the power of n. */
public final class TimeCode {

    /** Largest code. */
    public static final int MAXIMUM = 31;

    /**
     * Largest code that this device honours, whether its own or a peer's: 4.3 s, as long as Linux waits for an answer.
     */
    public static final int LONGEST_HONOURED = 20;

    private static final long UNIT_NS = 4096;

    private TimeCode() {
    }

    /**
     * Returns the time that a code stands for.
     *
     * @param code 0 to {@link #MAXIMUM}.
     * @return nanoseconds.
     */
    public static long toNanos(final int code) {
        return UNIT_NS << code;
    }

    /**
     * Returns the time that a peer's code stands for, but at most that of {@link #LONGEST_HONOURED}.
     *
     * @param code 0 to {@link #MAXIMUM}.
     * @return nanoseconds.
     */
    public static long toCappedNanos(final int code) {
        return toNanos(Math.min(code, LONGEST_HONOURED));
    }

    /**
     * Returns the code of the time after which a packet without acknowledgement is sent again: the round trip plus the
     * peer's delay.
     *
     * <p>The sum of two powers of two is not always a power of two. The result is the larger one, doubled if the other
     * is at least half of it ({@code cm_ack_timeout} of {@code cm.c}).
     *
     * @param acknowledgeDelay code of the time the peer may need to acknowledge.
     * @param packetLifeTime   code of the time a packet may need from one end to the other.
     * @return 0 to {@link #MAXIMUM}.
     */
    public static int acknowledgeTimeout(final int acknowledgeDelay, final int packetLifeTime) {
        final int thereAndBack = packetLifeTime + 1;
        final int rounding = Math.abs(thereAndBack - acknowledgeDelay) <= 1 ? 1 : 0;
        return Math.min(MAXIMUM, Math.max(thereAndBack, acknowledgeDelay) + rounding);
    }
}
