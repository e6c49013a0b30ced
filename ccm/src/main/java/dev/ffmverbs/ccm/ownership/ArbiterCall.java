// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * What the rules want to ask the arbiter next.
 *
 * @param kind which question.
 * @param word the word it is about; {@link OwnershipWord#NONE} if it is about none.
 */
record ArbiterCall(Kind kind, OwnershipWord word) {

    /** The methods of an {@link Arbiter}, and none of them. */
    enum Kind {
        NOTHING, READ, RENEW, WIN, FOUND
    }

    static final ArbiterCall NOTHING = new ArbiterCall(Kind.NOTHING, OwnershipWord.NONE);
    static final ArbiterCall READ = new ArbiterCall(Kind.READ, OwnershipWord.NONE);
}
