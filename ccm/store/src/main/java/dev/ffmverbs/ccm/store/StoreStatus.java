// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.MirrorState;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import dev.ffmverbs.ccm.ownership.Ownership;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/**
 * How a node of the store is at a moment.
 *
 * @param phase        how far it is in its term.
 * @param term         the term that it owns, or that it owned last; 0 if it has never owned.
 * @param remainingNs  for how long it owns without a renewal; 0 if it does not own.
 * @param partnersTerm the term that the other node owns, as far as this one sees; 0 for none.
 * @param log          how many nodes hold its log.
 * @param acknowledged number of the last entry that both nodes hold; 0 if there is none.
 * @param last         number of the last entry of its log; 0 if there is none.
 */
record StoreStatus(
    Tenure.Phase phase, long term, long remainingNs, long partnersTerm, MirrorState log, long acknowledged,
    long last) {

    private static final long TERM = 0;
    private static final long REMAINING = 8;
    private static final long PARTNERS_TERM = 16;
    private static final long ACKNOWLEDGED = 24;
    private static final long LAST = 32;
    private static final long PHASE = 40;
    private static final long LOG = 44;

    /** Bytes that it takes in a reply. */
    static final int BYTES = 48;

    static StoreStatus of(final Tenure tenure, final Ownership ownership, final MirroredLog log) {
        return new StoreStatus(tenure.phase(), ownership.term(), ownership.remainingNs(), ownership.partnersTerm(),
            log.state(), log.poll(), log.lastSequence());
    }

    void write(final MemorySegment memory, final long offset) {
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + TERM, term);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + REMAINING, remainingNs);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + PARTNERS_TERM, partnersTerm);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + ACKNOWLEDGED, acknowledged);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + LAST, last);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + PHASE, phase.ordinal());
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + LOG, log.ordinal());
    }

    static StoreStatus read(final MemorySegment memory, final long offset) {
        return new StoreStatus(
            Tenure.Phase.values()[memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + PHASE)],
            memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + TERM),
            memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + REMAINING),
            memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + PARTNERS_TERM),
            MirrorState.values()[memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + LOG)],
            memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + ACKNOWLEDGED),
            memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + LAST));
    }

    private String describeOwner() {
        if (remainingNs > 0) {
            return "owns term " + term + ", for " + TimeUnit.NANOSECONDS.toMillis(remainingNs)
                + " ms without a renewal, " + phase;
        }
        return partnersTerm > 0 ? "does not own: the other node owns term " + partnersTerm
            : "does not own" + (term == 0 ? "" : ", last owned term " + term) + "; no owner is seen";
    }

    private String describeLog() {
        return log + ", " + (last == 0 ? "no entry" : acknowledged == 0 ? "no entry of " + last + " acknowledged"
            : "acknowledged up to entry " + acknowledged + " of " + last);
    }

    @Override
    public String toString() {
        return describeOwner() + "; log " + describeLog();
    }
}
