// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.util.Locale;

/**
 * What it took a node to acquire a term. The four parts follow each other; all are nanoseconds of the node's own clock.
 *
 * @param term        the term.
 * @param detectionNs from the last sign of the partner to the end of the session with it, when the partner no
 *     longer has access to this node's memory; 0 if the term was acquired in a session, or if there has been none.
 * @param decisionNs  from then until the arbiter was asked for this term: until the arbiter had shown that nobody
 *     renews, and including attempts that failed; 0 as above.
 * @param swapNs      from then until the arbiter had answered.
 * @param waitNs      from the answer until this node owned: a lease, unless nobody else could own.
 */
public record Acquisition(long term, long detectionNs, long decisionNs, long swapNs, long waitNs) {

    private static final double NS_PER_MS = 1e6;

    /**
     * Returns how long it took.
     *
     * @return nanoseconds from the last sign of the partner, or from the question for the arbiter if the partner was
     *         there, until this node owned.
     */
    public long totalNs() {
        return detectionNs + decisionNs + swapNs + waitNs;
    }

    /**
     * Describes the time and its parts, for a log line that names the term.
     *
     * @return a clause without a full stop.
     */
    public String text() {
        return String.format(Locale.ROOT, "after %.3f ms: detection %.3f, decision %.3f, swap %.3f, wait %.3f",
            totalNs() / NS_PER_MS, detectionNs / NS_PER_MS, decisionNs / NS_PER_MS, swapNs / NS_PER_MS,
            waitNs / NS_PER_MS);
    }
}
