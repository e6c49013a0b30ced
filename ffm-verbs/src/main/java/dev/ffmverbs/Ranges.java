// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.time.Duration;

/** Checks numbers at the boundary, with one wording for all. */
final class Ranges {

    private Ranges() {
    }

    static void check(final String name, final long value, final long minimum, final long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + minimum + " to " + maximum);
        }
    }

    /** A time to wait: 0 when it is negative, and no more than a {@code long} can hold. */
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
