// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.time.Duration;
import java.util.Locale;

/** Times in milliseconds, for people and for JSON. */
final class Milliseconds {

    private static final long NS_PER_MS = 1_000_000;
    private static final double NS_PER_US = 1_000;
    private static final double US_PER_MS = 1_000;

    private Milliseconds() {
    }

    /** Returns milliseconds, rounded to microseconds. */
    static double of(final long ns) {
        return Math.round(ns / NS_PER_US) / US_PER_MS;
    }

    /** Returns milliseconds as an option takes them: without a point if they are whole. */
    static String option(final Duration time) {
        final long fractionNs = time.minusMillis(time.toMillis()).toNanos();
        if (fractionNs == 0) {
            return Long.toString(time.toMillis());
        }
        return String.format(Locale.ROOT, "%d.%06d", time.toMillis(), fractionNs).replaceFirst("0+$", "");
    }

    /** Returns milliseconds for people, with three digits after the point below 10 ms and one above. */
    static String text(final long ns) {
        final double ms = (double) ns / NS_PER_MS;
        return String.format(Locale.ROOT, ms < 10 ? "%.3f ms" : "%.1f ms", ms);
    }
}
