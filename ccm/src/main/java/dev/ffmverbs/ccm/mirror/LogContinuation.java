// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * How a log continues in a new term, see {@link MirroredLog#continueInTerm}.
 *
 * @param term       the term.
 * @param sequence   the number with which the term begins. No entry has it: the first entry of the term has the next
 *                   one. When it is acknowledged, so is everything before it.
 * @param replaced   whether entries of the partner's log were taken over, because the partner has appended last.
 * @param heldByBoth the number of the last entry that the partner is known to have appended or received, without asking
 *                   it. If it is {@code sequence - 1}, both nodes held the whole log when the term began.
 * @param cutEntries how many entries of this node's log were removed. This node had appended them in an earlier term,
 *                   and they were never acknowledged unless {@code lostUpTo} says so: a later owner has continued
 *                   without them.
 * @param firstCut   the number that the first one of them had; 0 if there is none. The same number may now be that of
 *                   an entry of the later owner.
 * @param lastCut    the number that the last one of them had; 0 if there is none.
 * @param lostUpTo   up to which number entries that were acknowledged may be lost, because {@link
 *                   MirroredLog#continueDespiteLoss} was called here, or at the partner while this node was away; 0 if
 *                   nothing is. Of the entries that were removed here, those up to this number may have been
 *                   acknowledged, too.
 */
public record LogContinuation(
    long term, long sequence, boolean replaced, long heldByBoth, long cutEntries, long firstCut, long lastCut,
    long lostUpTo) {

    /**
     * Whether everything before this term is known to be held by both nodes, unless the partner has lost its memory
     * since. Otherwise, it is known when {@link #sequence} is acknowledged.
     *
     * @return true if the partner had all entries that this log had when the term began.
     */
    public boolean isHeldByBoth() {
        return heldByBoth >= sequence - 1;
    }
}
