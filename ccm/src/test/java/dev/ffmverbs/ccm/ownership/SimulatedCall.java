// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** A call of a simulated arbiter that is under way: collects the voices' answers. */
final class SimulatedCall {

    final ArbiterCall call;
    final int incarnation;
    final long begunNs;
    final long number;
    boolean over;

    private final int voices;
    private int positive;
    private int negative;
    private OwnershipWord highest = OwnershipWord.NONE;
    private boolean differing;
    private long renewals;

    SimulatedCall(
        final ArbiterCall call, final int incarnation, final long begunNs, final long number, final int voices) {
        this.call = call;
        this.incarnation = incarnation;
        this.begunNs = begunNs;
        this.number = number;
        this.voices = voices;
    }

    /** Counts an answer to a read: positive if the voice held a word. */
    void addWord(final OwnershipWord word, final long wordsRenewals) {
        if (word.term() == 0) {
            negative++;
            return;
        }
        positive++;
        differing |= highest.term() != 0 && !word.equals(highest);
        if (word.term() > highest.term() || word.term() == highest.term() && wordsRenewals > renewals) {
            highest = word;
            renewals = wordsRenewals;
        }
    }

    void add(final boolean isPositive) {
        positive += isPositive ? 1 : 0;
        negative += isPositive ? 0 : 1;
    }

    private int majority() {
        return voices / 2 + 1;
    }

    /** Whether no further answer can change what the call returns. */
    boolean isDecided() {
        return positive >= majority() || negative > voices - majority() || positive + negative == voices;
    }

    /** Whether there is something to return. A read returns what a majority said, even if it disagrees. */
    boolean isAnswered() {
        return isDecided() || call.kind() == ArbiterCall.Kind.READ && positive + negative >= majority();
    }

    boolean isTrue() {
        return positive >= majority();
    }

    ArbiterAnswer answer() {
        return new ArbiterAnswer(highest, negative >= majority() ? ArbiterAnswer.Standing.FRESH
            : differing || positive < majority() ? ArbiterAnswer.Standing.UNDECIDED : ArbiterAnswer.Standing.DECIDED,
            renewals);
    }
}
