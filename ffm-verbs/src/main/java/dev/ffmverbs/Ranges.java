// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** Checks numbers at the boundary, with one wording for all. */
final class Ranges {

    private Ranges() {
    }

    static void check(final String name, final long value, final long minimum, final long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + minimum + " to " + maximum);
        }
    }
}
