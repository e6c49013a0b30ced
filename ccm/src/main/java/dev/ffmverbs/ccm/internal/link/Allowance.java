// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

/**
 * Limits how often something may be done: a number of times at once, and then once per interval.
 *
 * <p>Not thread-safe. Times are readings of {@link System#nanoTime()} and are compared by their difference.
 */
final class Allowance {

    private final long intervalNs;
    private final long atOnceNs;
    private long spentUntilNs;

    Allowance(final int atOnce, final long intervalNs, final long nowNs) {
        this.intervalNs = intervalNs;
        this.atOnceNs = atOnce * intervalNs;
        this.spentUntilNs = nowNs;
    }

    /** Takes one of the permitted times, and returns whether there was one. */
    boolean take(final long nowNs) {
        final long spentNs = Math.max(0, spentUntilNs - nowNs) + intervalNs;
        if (spentNs > atOnceNs) {
            return false;
        }
        spentUntilNs = nowNs + spentNs;
        return true;
    }
}
