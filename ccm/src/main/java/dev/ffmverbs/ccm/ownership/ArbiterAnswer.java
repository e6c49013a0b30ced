// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.Objects;

/**
 * What an arbiter held at a moment between the call and its return.
 *
 * @param word     the word with the highest term that was seen; of two with the same term, the one renewed last.
 * @param standing how much that word is worth.
 * @param renewals a number that grows whenever the owner of this word renews. It has no other meaning.
 */
public record ArbiterAnswer(OwnershipWord word, Standing standing, long renewals) {

    /** How much a word is worth. */
    public enum Standing {

        /** A majority of the voices holds this word. */
        DECIDED,

        /** The voices that answered hold different words: somebody tried to win and did not. */
        UNDECIDED,

        /** A majority of the voices holds no word: the arbiter is new, or has lost its memory. Nobody can win. */
        FRESH
    }

    /** Checks that nothing is missing. */
    public ArbiterAnswer {
        Objects.requireNonNull(word, "word");
        Objects.requireNonNull(standing, "standing");
    }
}
