// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.constants.RnrTimers;
import java.time.Duration;

/** Converts durations to and from the codes for the time a receiver asks a sender to wait. */
final class RnrTimer {

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
        final Duration longest = Duration.ofNanos(RnrTimers.LONGEST_DELAY_NS);
        if (time.isNegative() || time.isZero() || time.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                "minimumRnrTimer is " + time + "; it must be above zero, and at most " + longest);
        }
        return RnrTimers.code(time.toNanos());
    }

    static Duration time(final int code) {
        return Duration.ofNanos(RnrTimers.delayNs(code));
    }
}
