// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket, which limits how many items are allowed per second, and how many at once.
 *
 * <p>Its only state is the time at which the debt of all items taken is paid. Times wrap around, so they are compared
 * by their difference.
 */
final class Budget {

    private final long intervalNs;
    private long burstNs;
    private long paidUntilNs;

    /**
     * Creates a full budget.
     *
     * @param perSecond items allowed per second in the long run, 1 to 1 000 000 000.
     * @param burst     items allowed at once after a pause, at least 1.
     * @param nowNs     the current time.
     */
    Budget(final int perSecond, final int burst, final long nowNs) {
        this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNs = intervalNs * burst;
        this.paidUntilNs = nowNs;
    }

    /** Changes how many items are allowed at once. Items already taken count. */
    void changeBurst(final int burst) {
        burstNs = intervalNs * burst;
    }

    /** Takes one item if the budget allows it. Returns whether it does. */
    boolean tryTake(final long nowNs) {
        final boolean allowed = allows(nowNs);
        if (allowed) {
            take(nowNs);
        }
        return allowed;
    }

    boolean allows(final long nowNs) {
        return debtNs(nowNs) + intervalNs <= burstNs;
    }

    /** Takes one item. The caller must have checked that the budget {@linkplain #allows allows} it. */
    void take(final long nowNs) {
        paidUntilNs = nowNs + debtNs(nowNs) + intervalNs;
    }

    private long debtNs(final long nowNs) {
        return Math.max(0, paidUntilNs - nowNs);
    }
}
