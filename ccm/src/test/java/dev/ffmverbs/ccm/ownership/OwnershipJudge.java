// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * Watches both nodes of a simulated pair at the true time. It uses nothing of the rules but what a program sees.
 *
 * <p>Its verdicts: never two owners; each term is acquired at most once, and is higher than all acquired before; a term
 * that has ended is never held again.
 */
final class OwnershipJudge {

    /** Says what the rules have done that they must never do. */
    static final class Verdict extends AssertionError {
        private static final long serialVersionUID = 1L;

        Verdict(final String message) {
            super(message, null);
        }
    }

    private final long[] heldTerm = new long[2];
    private long highestAcquired;
    private long highestEnded;
    private long acquisitions;

    /** Takes note of a term that a node says it has acquired. */
    void noteAcquired(final int node, final long term) {
        if (term <= highestAcquired) {
            throw new Verdict("node " + node + " acquired term " + term + " after term " + highestAcquired);
        }
        highestAcquired = term;
        acquisitions++;
    }

    long acquisitions() {
        return acquisitions;
    }

    /** Takes note of what both nodes answer at the same moment when they are asked what they own: a term, or 0. */
    void noteAnswers(final long termOf0, final long termOf1) {
        noteAnswer(0, termOf0);
        noteAnswer(1, termOf1);
        if (termOf0 != 0 && termOf1 != 0) {
            throw new Verdict("node 0 owns term " + termOf0 + " and node 1 owns term " + termOf1);
        }
    }

    private void noteAnswer(final int node, final long term) {
        if (term != heldTerm[node]) {
            highestEnded = Math.max(highestEnded, heldTerm[node]);
            heldTerm[node] = term;
            if (term != 0 && term <= highestEnded) {
                throw new Verdict("node " + node + " holds term " + term + " after the end of term " + highestEnded);
            }
        }
    }

    /** Returns the term that is owned; 0 if none is. */
    long ownedTerm() {
        return Math.max(heldTerm[0], heldTerm[1]);
    }

    /** Returns the node that owns; -1 if none does. */
    int owner() {
        return heldTerm[0] != 0 ? 0 : heldTerm[1] != 0 ? 1 : -1;
    }
}
