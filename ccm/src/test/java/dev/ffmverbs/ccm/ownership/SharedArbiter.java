// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** An arbiter in the memory of this process, for both nodes of a test. It can be cut off, and can lose its memory. */
final class SharedArbiter {

    private OwnershipWord word = OwnershipWord.NONE;
    private long renewals;
    private int incarnation;
    private final boolean[] cut = new boolean[2];

    synchronized void cut(final int node, final boolean isCut) {
        cut[node] = isCut;
    }

    synchronized void loseMemory() {
        word = OwnershipWord.NONE;
        incarnation++;
    }

    synchronized OwnershipWord word() {
        return word;
    }

    /** Returns a node's way to this arbiter. */
    Arbiter of(final int node) {
        return new Arbiter() {
            private int freshIncarnation = -1;

            private void requireReach(final String call) throws ArbiterException {
                if (cut[node]) {
                    throw new ArbiterException(call + " of node " + node + ": the arbiter is cut off", null);
                }
            }

            @Override
            public ArbiterAnswer read(final long timeoutNs) throws ArbiterException {
                synchronized (SharedArbiter.this) {
                    requireReach("read");
                    freshIncarnation = word.term() == 0 ? incarnation : -1;
                    return new ArbiterAnswer(word, word.term() == 0 ? ArbiterAnswer.Standing.FRESH
                        : ArbiterAnswer.Standing.DECIDED, renewals);
                }
            }

            @Override
            public boolean renew(final OwnershipWord held, final long timeoutNs) throws ArbiterException {
                synchronized (SharedArbiter.this) {
                    requireReach("renew");
                    renewals += held.equals(word) ? 1 : 0;
                    return held.equals(word);
                }
            }

            @Override
            public boolean win(final OwnershipWord next, final long timeoutNs) throws ArbiterException {
                synchronized (SharedArbiter.this) {
                    requireReach("win");
                    if (word.term() == 0 || next.term() <= word.term()) {
                        return false;
                    }
                    word = next;
                    return true;
                }
            }

            @Override
            public boolean foundWith(final OwnershipWord agreed, final long timeoutNs) throws ArbiterException {
                synchronized (SharedArbiter.this) {
                    requireReach("found");
                    if (word.term() == 0 && incarnation == freshIncarnation) {
                        word = agreed;
                    }
                    return word.equals(agreed);
                }
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
