// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.util.Locale;

/** Formats times in microseconds with one decimal. */
final class Microseconds {

    private static final double NS_PER_TENTH = 100.0;
    private static final double TENTHS = 10.0;

    private Microseconds() {
    }

    /** Returns the number, for JSON. */
    static double of(final long ns) {
        return Math.round(ns / NS_PER_TENTH) / TENTHS;
    }

    /** Returns the number and its unit, for people. */
    static String text(final long ns) {
        return String.format(Locale.ROOT, "%.1f us", of(ns));
    }
}
