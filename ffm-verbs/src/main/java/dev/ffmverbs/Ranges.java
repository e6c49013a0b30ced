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

    /** Refuses the constant that stands for values which this library does not know. */
    static <E extends Enum<E>> void requireKnown(final String name, final E constant, final E unknown) {
        if (constant == unknown) {
            throw new IllegalArgumentException(name + " is " + unknown + ", which stands for no value");
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
