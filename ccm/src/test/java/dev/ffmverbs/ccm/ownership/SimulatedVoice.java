// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** One voice of a simulated arbiter: a word in memory that is lost when the voice restarts. */
final class SimulatedVoice {

    /** Which nodes' requests reach it, and which nodes its answers reach. */
    final boolean[] reached = {true, true};
    final boolean[] answers = {true, true};

    boolean running = true;
    OwnershipWord word;
    long renewals;
    int incarnation;

    SimulatedVoice(final OwnershipWord word) {
        this.word = word;
    }

    boolean isFresh() {
        return word.term() == 0;
    }

    void stop() {
        running = false;
        word = OwnershipWord.NONE;
        renewals = 0;
        incarnation++;
    }

    boolean renew(final OwnershipWord held, final long number) {
        if (!word.equals(held)) {
            return false;
        }
        renewals = Math.max(renewals, number);
        return true;
    }

    boolean win(final OwnershipWord next) {
        if (isFresh() || next.term() <= word.term()) {
            return false;
        }
        word = next;
        return true;
    }

    /** Takes a word if it holds none since a read that has seen this incarnation. */
    boolean foundWith(final OwnershipWord agreed, final int seenIncarnation) {
        if (isFresh() && incarnation == seenIncarnation) {
            word = agreed;
        }
        return word.equals(agreed);
    }
}
