// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** Says why a node ceased to own a term. */
public enum OwnershipLoss {

    /** Neither the partner nor the arbiter showed before the deadline that nobody else can own. */
    EXPIRED("nothing renewed it before its deadline"),

    /** The node handed over to its partner. */
    HANDED_OVER("handed over to the partner"),

    /** The partner has won a higher term. */
    PARTNER_WON("the partner has won a higher term"),

    /** A process with the name of this node, and not this one, has won a higher term. */
    NAMESAKE_WON("another process with the name of this node has won a higher term; run only one of them"),

    /** The node itself owns a higher term instead. */
    SUCCEEDED("this node owns a higher term instead"),

    /** The partner has another lease, or its arbiter leads to another store. Neither may own. */
    MISMATCH("the partner has a different lease or arbiter; give both nodes the same"),

    /** The node takes part no longer. */
    CLOSED("this node no longer takes part");

    private final String words;

    OwnershipLoss(final String words) {
        this.words = words;
    }

    /**
     * Returns the reason in words.
     *
     * @return a clause without a full stop.
     */
    public String words() {
        return words;
    }
}
