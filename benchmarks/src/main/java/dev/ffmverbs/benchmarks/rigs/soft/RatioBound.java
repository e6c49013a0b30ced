// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Locale;

/**
 * A bound on the ratio of two medians.
 *
 * @param what      what is compared with what.
 * @param limit     the bound.
 * @param isHighest whether the limit is the highest ratio that meets the bound; otherwise it is the lowest.
 */
public record RatioBound(String what, double limit, boolean isHighest) {

    /**
     * Creates a bound on what must not take too long.
     *
     * @param what  what is compared with what.
     * @param limit highest ratio that meets the bound.
     * @return the bound.
     */
    public static RatioBound atMost(final String what, final double limit) {
        return new RatioBound(what, limit, true);
    }

    /**
     * Creates a bound on what must not be too little.
     *
     * @param what  what is compared with what.
     * @param limit lowest ratio that meets the bound.
     * @return the bound.
     */
    public static RatioBound atLeast(final String what, final double limit) {
        return new RatioBound(what, limit, false);
    }

    /**
     * Judges a ratio.
     *
     * @param ratio the ratio.
     * @return whether it meets the bound.
     */
    public boolean isMetBy(final double ratio) {
        return isHighest ? ratio <= limit : ratio >= limit;
    }

    /**
     * Describes a ratio and the verdict.
     *
     * @param ratio the ratio.
     * @return a line.
     */
    public String describe(final double ratio) {
        return String.format(Locale.ROOT, "%s: %.2f, required at %s %s%s", what, ratio, isHighest ? "most" : "least",
            limit, isMetBy(ratio) ? "" : ": MISSED");
    }
}
