// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * What a process remembers of the words before: which of them no process owns that is believed dead, and which of them
 * are those of another process with the name of its node.
 */
final class Past {

    private OwnershipWord remembered = OwnershipWord.NONE;
    private boolean ofPartner;
    private boolean founding;
    private long givenTerm;

    /** Notes a word that this process owns: nobody else owns one before it. */
    void remember(final OwnershipWord word) {
        remembered = word;
        ofPartner = false;
    }

    /** Notes a word that this process agrees with: nobody but that process of the partner owns it or one before it. */
    void rememberPartners(final OwnershipWord word) {
        remembered = word;
        ofPartner = true;
    }

    /** Forgets the partner's word and those after it, because the partner is another process now. */
    void forgetPartners() {
        if (ofPartner) {
            remembered = OwnershipWord.NONE;
            ofPartner = false;
            founding = false;
        }
    }

    private void noteGiven(final OwnershipWord word) {
        givenTerm = Math.max(givenTerm, word.term());
    }

    /**
     * Notes that this process is about to found with a word.
     *
     * @param known whether this process remembers the word before, or owns. It also counts as remembered if neither
     *     node knows of a word: this is how a new pair begins.
     */
    void noteFounding(final OwnershipWord word, final boolean known) {
        noteGiven(word);
        founding = known;
    }

    /** Notes that this process has founded with a word. Nobody else owns one before it, if that one was known. */
    void noteFounded(final OwnershipWord word) {
        if (founding) {
            remembered = word;
            founding = false;
        }
    }

    /**
     * Notes that this process tries to win a word.
     *
     * @param known whether this process remembers the word before.
     */
    void noteTried(final OwnershipWord word, final boolean known) {
        noteGiven(word);
        if (known) {
            remembered = word;
        }
    }

    boolean isRemembered(final OwnershipWord word) {
        return remembered.equals(word);
    }

    /** Whether this answer shows that another process with the name of this node has won. */
    boolean isOfNamesake(final ArbiterAnswer answer, final int self) {
        return answer.standing() == ArbiterAnswer.Standing.DECIDED && answer.word().owner() == self
            && answer.word().term() > givenTerm;
    }

    @Override
    public String toString() {
        return "Past[remembered=" + remembered + ", givenTerm=" + givenTerm + "]";
    }
}
