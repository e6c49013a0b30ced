// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** Says what an arbiter answered to an attempt to win a term. */
public enum WinOutcome {

    /** The node has won the term. */
    WON("won"),

    /** Somebody has won this term or a higher one before, or the arbiter has lost its memory. */
    NOT_WON("not won"),

    /** The arbiter did not answer in time. The node treats the term as lost. */
    UNANSWERED("not answered");

    private final String words;

    WinOutcome(final String words) {
        this.words = words;
    }

    /**
     * Returns the outcome in words.
     *
     * @return a participle, such as "won".
     */
    public String words() {
        return words;
    }
}
