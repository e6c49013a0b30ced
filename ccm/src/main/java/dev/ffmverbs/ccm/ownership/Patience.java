// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** Until when a node leaves it to its partner to win, and whether it does so because it has handed over. */
final class Patience {

    private long untilNs;
    private boolean offering;

    /** Leaves it to the partner until this time. */
    void begin(final long newUntilNs) {
        untilNs = newUntilNs;
    }

    /** Leaves it to the partner until this time, and tells the partner so. */
    void offer(final long newUntilNs) {
        untilNs = newUntilNs;
        offering = true;
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

    boolean isOver(final long nowNs) {
        return nowNs >= untilNs;
    }

    boolean isOffering() {
        return offering;
    }

    @Override
    public String toString() {
        return "Patience[untilNs=" + untilNs + ", offering=" + offering + "]";
    }
}
