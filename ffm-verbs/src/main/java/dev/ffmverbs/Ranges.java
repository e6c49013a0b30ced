// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.time.Duration;

/** Checks arguments at the API boundary, with the same message form for all. */
final class Ranges {

    private Ranges() {
    }

    static void check(final String name, final long value, final long minimum, final long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + minimum + " to " + maximum);
        }
    }

    /** Converts a time to wait: 0 when it is negative, at most {@link Long#MAX_VALUE}. */
    static long nanoseconds(final Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        try {
            return timeout.toNanos();
        } catch (final ArithmeticException moreThanThreeHundredYears) {
            return Long.MAX_VALUE;
        }
    }
}
