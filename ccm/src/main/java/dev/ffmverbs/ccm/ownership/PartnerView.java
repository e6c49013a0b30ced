// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** What this node knows of its partner: the block that it has READ last in the present session. */
final class PartnerView {

    private static final long NEVER = Long.MAX_VALUE;

    private final double clockRatio;
    private ClockComparison clocks;
    private OwnershipBlock block;
    private OwnershipWord released = OwnershipWord.NONE;
    private long begunNs;
    private long idleSinceNs = NEVER;
    private boolean inSession;
    private boolean met;

    PartnerView(final double clockRatio) {
        this.clockRatio = clockRatio;
        this.clocks = new ClockComparison(clockRatio);
    }

    void beginSession() {
        endSession();
        inSession = true;
        met = true;
        clocks = new ClockComparison(clockRatio);
    }

    void endSession() {
        inSession = false;
        forget();
    }

    /** Forgets the block, as if none had been READ in this session. */
    void forget() {
        block = null;
        idleSinceNs = NEVER;
    }

    /** Takes a block that a READ with these times has shown. */
    void note(final long newBegunNs, final long nowNs, final OwnershipBlock newBlock) {
        block = newBlock;
        begunNs = newBegunNs;
        if (newBlock.released().term() > released.term()) {
            released = newBlock.released();
        }
        clocks.note(newBegunNs, nowNs, newBlock.clockNs());
        idleSinceNs = newBlock.isIdle() ? Math.min(idleSinceNs, nowNs) : NEVER;
    }

    boolean isInSession() {
        return inSession;
    }

    /** Whether there has been a session since this node has started. */
    boolean isMet() {
        return met;
    }

    /** Whether the partner was seen to neither own nor try, all the time until the last READ. */
    boolean isIdle() {
        return idleSinceNs != NEVER;
    }

    long idleSinceNs() {
        return idleSinceNs;
    }

    /** When the last READ of a block began. */
    long begunNs() {
        return begunNs;
    }

    /** Whether the last block READ agrees with a word. */
    boolean isAgreedTo(final OwnershipWord word) {
        return block != null && block.agreed().equals(word);
    }

    boolean isOffering() {
        return block != null && block.isOffering();
    }

    /** The last word that the partner owned and gave up. No later event revives it. */
    OwnershipWord releasedWord() {
        return released;
    }

    /** The word that the partner owns, as the last READ has shown; {@link OwnershipWord#NONE} if it owns none. */
    OwnershipWord ownedWord() {
        return block == null ? OwnershipWord.NONE : block.owned();
    }

    boolean isClockWithinBound() {
        return clocks.isWithinBound();
    }

    @Override
    public String toString() {
        return "PartnerView[inSession=" + inSession + ", " + block + "]";
    }
}
