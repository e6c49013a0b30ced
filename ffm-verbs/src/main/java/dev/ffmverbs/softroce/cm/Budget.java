// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.concurrent.TimeUnit;

/**
 * A number of things allowed per second, and a number of them at once: a token bucket.
 *
 * <p>Its whole state is the time until which everything taken is paid for. Times wrap, so they are compared by their
 * difference.
 */
final class Budget {

    private final long intervalNs;
    private final long burstNs;
    private long paidUntilNs;

    /**
     * Starts with a full budget.
     *
     * @param perSecond how many are allowed per second in the long run, 1 to 1 000 000 000.
     * @param burst     how many are allowed at once after a pause, at least 1.
     * @param nowNs     the time.
     */
    Budget(final int perSecond, final int burst, final long nowNs) {
        this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNs = intervalNs * burst;
        this.paidUntilNs = nowNs;
    }

    boolean allows(final long nowNs) {
        return debtNs(nowNs) + intervalNs <= burstNs;
    }

    /** Takes one; only when the budget {@linkplain #allows allows} it. */
    void take(final long nowNs) {
        paidUntilNs = nowNs + debtNs(nowNs) + intervalNs;
    }

    private long debtNs(final long nowNs) {
        return Math.max(0, paidUntilNs - nowNs);
    }
}
