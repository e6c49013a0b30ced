// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.concurrent.TimeUnit;

/**
 * Compares the rate of the partner's clock with that of this node's, and finds it out of bounds only if it must be.
 *
 * <p>A READ shows a time that the partner has published, and not when it did so. It did so after it had published the
 * time before, which in turn was after the last READ that did not show that one had begun, and before the end of this
 * READ. Two such times bound the ratio of the rates from both sides. The bounds close in as time passes.
 */
final class ClockComparison {

    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(20);

    private final double ratio;
    private long shownNs;
    private long lastBegunNs;
    private long beforeShownNs;
    private long earliestNs;
    private int changes;
    private long firstNs;
    private long firstEarliestNs;
    private long firstLatestNs;
    private boolean withinBound = true;

    /**
     * Creates a comparison without a READ.
     *
     * @param ratio how much faster than the other each of the clocks may run; more than 1.
     */
    ClockComparison(final double ratio) {
        this.ratio = ratio;
    }

    /** Takes the time that a READ has shown, which began and ended at these times of this node's clock. */
    void note(final long begunNs, final long endNs, final long partnerNs) {
        if (changes == 0 || partnerNs != shownNs) {
            earliestNs = beforeShownNs;
            beforeShownNs = lastBegunNs;
            compare(endNs, partnerNs);
            changes++;
            shownNs = partnerNs;
        }
        lastBegunNs = begunNs;
    }

    /** The first two times have no earliest moment, because too little was READ before them. */
    private void compare(final long endNs, final long partnerNs) {
        if (changes < 2) {
            return;
        }
        if (changes == 2 || endNs - firstEarliestNs > WINDOW_NS) {
            withinBound &= changes == 2 || isPossible(endNs, partnerNs);
            firstNs = partnerNs;
            firstEarliestNs = earliestNs;
            firstLatestNs = endNs;
        } else {
            withinBound &= isPossible(endNs, partnerNs);
        }
    }

    private boolean isPossible(final long endNs, final long partnerNs) {
        final double theirsNs = partnerNs - firstNs;
        return theirsNs <= (endNs - firstEarliestNs) * ratio && theirsNs * ratio >= earliestNs - firstLatestNs;
    }

    /** Whether the rates can be as close to each other as they must. */
    boolean isWithinBound() {
        return withinBound;
    }

    @Override
    public String toString() {
        return "ClockComparison[ratio=" + ratio + ", changes=" + changes + ", withinBound=" + withinBound + "]";
    }
}
