// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.time.Duration;

/** The times a receiver can ask a sender to wait, and their codes (IBTA 9.7.5.2.8, table "RNR NAK timer"). */
final class RnrTimer {

    /** Times by code, in units of 10 microseconds. Code 0 is the longest. */
    private static final int[] TEN_MICROSECONDS = {
        65_536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
        4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152
    };

    private static final int LONGEST_CODE = 0;
    private static final long UNIT_NS = 10_000;

    private RnrTimer() {
    }

    /**
     * Returns the code of the shortest time that is not shorter than the one requested.
     *
     * @param time above zero, up to 655.36 ms.
     * @return 0 to 31.
     * @throws IllegalArgumentException if the time is out of range.
     */
    static int code(final Duration time) {
        final Duration longest = Duration.ofNanos(TEN_MICROSECONDS[LONGEST_CODE] * UNIT_NS);
        if (time.isNegative() || time.isZero() || time.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                "minimumRnrTimer is " + time + "; it must be above zero, and at most " + longest);
        }
        final long tenMicroseconds = (time.toNanos() + UNIT_NS - 1) / UNIT_NS;
        for (int code = 1; code < TEN_MICROSECONDS.length; code++) {
            if (TEN_MICROSECONDS[code] >= tenMicroseconds) {
                return code;
            }
        }
        return LONGEST_CODE;
    }

    static Duration time(final int code) {
        return Duration.ofNanos(TEN_MICROSECONDS[code] * UNIT_NS);
    }
}
