// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** Until when a node leaves it to its partner to win, and whether it does so because it has handed over. */
final class Patience {

    private long untilNs;
    private boolean offering;
    private long offeredTerm;
    private long takenTerm;

    /** Leaves it to the partner until this time. */
    void begin(final long newUntilNs) {
        untilNs = newUntilNs;
    }

    /** Leaves it to the partner until this time, and tells the partner so: this node has handed over this term. */
    void offer(final long term, final long newUntilNs) {
        untilNs = newUntilNs;
        offering = true;
        offeredTerm = term;
    }

    /** Notices that the time has passed. */
    void advance(final long nowNs) {
        if (isOver(nowNs)) {
            offering = false;
        }
    }

    /** Withdraws what is offered, if anything is: this node need not leave it to the partner any longer. */
    void withdrawOffer() {
        if (offering) {
            untilNs = 0;
            offering = false;
        }
    }

    /** Notes that the partner owns, and so has taken what is offered, if anything is. */
    void noteTaken() {
        if (offering) {
            takenTerm = offeredTerm;
            withdrawOffer();
        }
    }

    /** Ends the hand-over of a term, if it goes on. */
    void withdrawOffer(final long term) {
        if (isOffering(term)) {
            withdrawOffer();
        }
    }

    boolean isOver(final long nowNs) {
        return nowNs >= untilNs;
    }

    boolean isOffering() {
        return offering;
    }

    /** Whether this node has handed over this term, and still leaves the next one to the partner. */
    boolean isOffering(final long term) {
        return offering && offeredTerm == term;
    }

    /** Whether the partner has owned after this node has handed over this term. */
    boolean isTaken(final long term) {
        return takenTerm == term;
    }

    @Override
    public String toString() {
        return "Patience[untilNs=" + untilNs + ", offering=" + offering + ", offeredTerm=" + offeredTerm
            + ", takenTerm=" + takenTerm + "]";
    }
}
