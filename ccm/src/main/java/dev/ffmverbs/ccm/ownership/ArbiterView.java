// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** What the arbiter answered last, and when it is asked again. */
final class ArbiterView {

    private final OwnershipSettings settings;
    private long term;
    private long renewals;
    private long changedNs;
    private boolean known;
    private boolean stale;
    private boolean doubtful;
    private boolean fresh;
    private boolean answering;
    private long answeredNs;
    private long readNs;
    private long dueNs;

    ArbiterView(final OwnershipSettings settings, final long nowNs) {
        this.settings = settings;
        this.changedNs = nowNs;
        this.dueNs = nowNs;
    }

    /**
     * Takes what the arbiter answered to a call that began and ended at these times. A fresh one is not read again for
     * a lease: it can be founded only if the partner is READ in between. Only a number of renewals that is higher than
     * all before counts as a renewal, because a majority of voices may be another majority each time.
     */
    void note(final long begunNs, final long nowNs, final ArbiterAnswer answer) {
        final long newTerm = answer.word().term();
        if (!known || newTerm > term || newTerm == term && answer.renewals() > renewals) {
            term = newTerm;
            renewals = answer.renewals();
            changedNs = nowNs;
        }
        known = true;
        noteAnswered(begunNs);
        doubtful = false;
        stale = begunNs - changedNs > settings.staleNs();
        readNs = nowNs;
        fresh = answer.standing() == ArbiterAnswer.Standing.FRESH;
        if (fresh) {
            dueNs = nowNs + settings.leaseNs();
        }
    }

    /** Notes that a call that began at this time was answered. */
    void noteAnswered(final long begunNs) {
        answering = true;
        answeredNs = begunNs;
    }

    /** Notes that a call was not answered. */
    void noteSilence() {
        answering = false;
    }

    /** Whether the latest call was answered, and began no longer than a lease ago. */
    boolean isAnswering(final long nowNs) {
        return answering && nowNs - answeredNs <= settings.leaseNs();
    }

    /** What is known of the arbiter may be wrong: it is read again at this time before anything is decided. */
    void doubt(final long readNs) {
        doubtful = true;
        fresh = false;
        dueNs = readNs;
    }

    /** Whether somebody can win, as far as the last answer says. */
    boolean isWinnable() {
        return known && !doubtful && !fresh;
    }

    /** Whether the next call must be to read. */
    boolean mustBeRead() {
        return doubtful || fresh || !known;
    }

    /** Whether a majority of the voices has lost its memory. */
    boolean isFresh() {
        return fresh;
    }

    /** When the last answer came back. */
    long readNs() {
        return readNs;
    }

    /** Whether nobody has renewed for so long that the owner seems to be gone. */
    boolean isStale() {
        return stale;
    }

    /** Sets the next call a renewal period after this one, which begins now. */
    void noteCall(final long nowNs) {
        dueNs = nowNs + settings.renewalNs();
    }

    long dueNs() {
        return dueNs;
    }

    @Override
    public String toString() {
        return "ArbiterView[term=" + term + ", known=" + known + ", doubtful=" + doubtful + ", stale=" + stale
            + ", fresh=" + fresh + ", answering=" + answering + "]";
    }
}
