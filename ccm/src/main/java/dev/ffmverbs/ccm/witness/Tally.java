// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.witness.Question.Answer;
import java.util.List;
import java.util.stream.Collectors;

/** Decides by the majority of the voices. */
final class Tally {

    private final List<Voice> voices;
    private final int majority;

    Tally(final List<Voice> voices) {
        this.voices = List.copyOf(voices);
        this.majority = voices.size() / 2 + 1;
    }

    private int count(final Answer answer) {
        int count = 0;
        for (final Voice voice : voices) {
            if (voice.answer() == answer) {
                count++;
            }
        }
        return count;
    }

    private int countAwaited() {
        int count = 0;
        for (final Voice voice : voices) {
            if (voice.isAwaited()) {
                count++;
            }
        }
        return count;
    }

    /**
     * Returns whether a majority holds the word; null while that is not known. A voice that has no connection is not
     * waited for if the others are a majority.
     */
    Boolean decide() {
        final int yes = count(Answer.YES);
        if (yes >= majority) {
            return true;
        }
        final boolean answered = yes + count(Answer.NO) >= majority;
        return answered && yes + count(Answer.UNKNOWN) + countAwaited() < majority ? false : null;
    }

    /**
     * Returns whether a majority holds a word that was founded; null while that is not known. All voices that can
     * answer are waited for, so that none stays empty.
     *
     * @param last whether no further answer will be awaited.
     */
    Boolean decideFounding(final boolean last) {
        return last || countAwaited() == 0 ? decide() : null;
    }

    /** Whether no further answer can come. */
    boolean isOver() {
        return count(null) == 0;
    }

    /** Returns what the voices hold; null while one of them may still answer. */
    ArbiterAnswer summarizeAll() {
        return countAwaited() == 0 ? summarize(false) : null;
    }

    /**
     * Returns what the voices hold; null while that is not known.
     *
     * @param last whether no further answer will be awaited.
     */
    ArbiterAnswer summarize(final boolean last) {
        long highest = 0;
        for (final Voice voice : voices) {
            if (voice.answer() == Answer.YES) {
                final long word = voice.word();
                if (countHolders(word) >= majority) {
                    return answer(word, word == 0 ? Standing.FRESH : Standing.DECIDED);
                }
                highest = Math.max(highest, word);
            }
        }
        final boolean complete = count(Answer.YES) >= majority && (last || countAwaited() == 0);
        return complete ? answer(highest, Standing.UNDECIDED) : null;
    }

    private int countHolders(final long word) {
        int count = 0;
        for (final Voice voice : voices) {
            if (voice.answer() == Answer.YES && voice.word() == word) {
                count++;
            }
        }
        return count;
    }

    /**
     * The numbers of renewals of an owner grow, so the largest that was ever seen with a word is the latest. A voice
     * that answers late changes nothing.
     */
    private ArbiterAnswer answer(final long word, final Standing standing) {
        long renewals = 0;
        for (final Voice voice : voices) {
            if (voice.word() == word) {
                renewals = Math.max(renewals, voice.renewals());
            }
        }
        return new ArbiterAnswer(OwnershipWord.ofBits(word), standing, renewals);
    }

    /** Returns the largest number of renewals that was read from any voice. */
    long highestRenewals() {
        long highest = 0;
        for (final Voice voice : voices) {
            highest = Math.max(highest, voice.renewals());
        }
        return highest;
    }

    /** Describes what came back. */
    String describe() {
        return (count(Answer.YES) + count(Answer.NO)) + " of " + voices.size() + " witnesses answered, "
            + majority + " must; " + voices.stream()
            .filter(voice -> voice.answer() != Answer.YES && voice.answer() != Answer.NO).map(Voice::describe)
            .collect(Collectors.joining("; "));
    }
}
