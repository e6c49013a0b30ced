// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * What a node of a pair publishes to the other about ownership.
 *
 * @param agreed      the word that it agrees with: while it does, it neither owns nor tries to.
 * @param owned       the word that it owns.
 * @param won         the word that it has won and does not own yet.
 * @param released    the word that it owned last and will never own again.
 * @param highest     the word with the highest term that it has seen or tried.
 * @param isWinning   whether it is about to win a word, or has asked to.
 * @param isOffering  whether it wants the other node to own.
 * @param clockNs     its clock when it published this.
 * @param leaseNs     its lease, which must be the same at both nodes.
 * @param storeNumber identifies the store to which its arbiter leads, likewise; 0 if it is not known.
 */
record OwnershipBlock(
    OwnershipWord agreed, OwnershipWord owned, OwnershipWord won, OwnershipWord released, OwnershipWord highest,
    boolean isWinning, boolean isOffering, long clockNs, long leaseNs, long storeNumber) {

    /** The word that this node owns or is going to own, for the other node to agree with. */
    OwnershipWord claim() {
        return won.term() > owned.term() ? won : owned;
    }

    /** Whether both nodes have this lease, and may have this store. */
    boolean fits(final long otherLeaseNs, final long otherStoreNumber) {
        return leaseNs == otherLeaseNs && isOfStore(otherStoreNumber);
    }

    /** Whether the node may have this store. */
    boolean isOfStore(final long otherStoreNumber) {
        return storeNumber == 0 || otherStoreNumber == 0 || storeNumber == otherStoreNumber;
    }

    /** Whether the node neither owns nor tries to. */
    boolean isIdle() {
        return claim().term() == 0 && !isWinning;
    }
}
