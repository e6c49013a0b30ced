// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.WinOutcome;
import java.util.function.LongSupplier;

/**
 * Measures what it takes to acquire a term, next to the rules, which do not know of it. Called under their lock.
 */
final class AcquisitionTimes implements OwnershipChanges {

    private static final long NOT_OVER = 0;

    private final LongSupplier clock;
    private final OwnershipNews news;
    private long lastSignNs;
    private long sessionOverNs = NOT_OVER;
    private boolean inSession;
    private long detectionNs;
    private long decisionNs;
    private long swapNs;
    private long answeredNs;

    /**
     * Creates times of a node that has just started.
     *
     * @param clock nanoseconds, at least 1 and never less than before.
     * @param news  learns what becomes of terms.
     */
    AcquisitionTimes(final LongSupplier clock, final OwnershipNews news) {
        this.clock = clock;
        this.news = news;
    }

    void beginSession() {
        inSession = true;
        sessionOverNs = NOT_OVER;
        noteSign();
    }

    /** Notes that the partner can no longer be READ. Only the first call after a session has an effect. */
    void endSession() {
        if (inSession) {
            inSession = false;
            sessionOverNs = clock.getAsLong();
        }
    }

    /** Notes that a READ has just shown the partner's block. */
    void noteSign() {
        lastSignNs = clock.getAsLong();
    }

    /** Takes the arbiter's answer to a win, before the rules do. */
    void noteWin(final long term, final long begunNs, final boolean won) {
        final boolean alone = !inSession && sessionOverNs != NOT_OVER;
        detectionNs = alone ? sessionOverNs - lastSignNs : 0;
        decisionNs = alone ? Math.max(0, begunNs - sessionOverNs) : 0;
        answeredNs = clock.getAsLong();
        swapNs = answeredNs - begunNs;
        news.tell(term, won ? WinOutcome.WON : WinOutcome.NOT_WON, swapNs);
    }

    /** Takes note that the arbiter did not answer to a win. */
    void noteSilence(final long term) {
        news.tell(term, WinOutcome.UNANSWERED, 0);
    }

    @Override
    public void acquire(final long term) {
        news.acquire(new Acquisition(term, detectionNs, decisionNs, swapNs, clock.getAsLong() - answeredNs));
    }

    @Override
    public void lose(final long term, final OwnershipLoss reason) {
        news.lose(term, reason);
    }

    @Override
    public String toString() {
        return "AcquisitionTimes[lastSignNs=" + lastSignNs + ", sessionOverNs=" + sessionOverNs + ", detectionNs="
            + detectionNs + ", decisionNs=" + decisionNs + ", swapNs=" + swapNs + ", answeredNs=" + answeredNs + "]";
    }
}
