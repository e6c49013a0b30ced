// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** Learns what becomes of the terms of a node, in order. Called under the lock of the rules. */
interface OwnershipNews {

    /** What the arbiter answered to an attempt to win a term. */
    enum Attempt {
        WON, NOT_WON, UNANSWERED
    }

    /** Tells of an attempt to win a term, and how long the arbiter took; 0 if it did not answer. */
    void tell(long term, Attempt outcome, long tookNs);

    void acquire(Acquisition acquisition);

    void lose(long term);
}
