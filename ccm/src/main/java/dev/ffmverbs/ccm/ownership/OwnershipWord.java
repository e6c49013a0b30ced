// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * What an arbiter stores for a pair of nodes: the highest term, and which of the two nodes has won it.
 *
 * <p>A term is won at most once. It is the fencing token of whatever the pair protects: the lower term is refused.
 *
 * @param term  the term, 1 to 2<sup>62</sup> - 1; 0 if nobody has ever owned.
 * @param owner which node has won it: 0 for the node whose name sorts first, 1 for the other.
 */
public record OwnershipWord(long term, int owner) {

    /** Nobody has ever owned: the word of an arbiter that has not been founded. */
    public static final OwnershipWord NONE = new OwnershipWord(0, 0);

    private static final long LARGEST_TERM = (1L << 62) - 1;

    /**
     * Checks the term and the owner.
     *
     * @throws IllegalArgumentException if either is out of range.
     */
    public OwnershipWord {
        if (term < 0 || term > LARGEST_TERM) {
            throw new IllegalArgumentException("term is " + term + "; it must be 0 to " + LARGEST_TERM);
        }
        if (owner < 0 || owner > 1 || term == 0 && owner != 0) {
            throw new IllegalArgumentException("owner of term " + term + " is " + owner + "; it must be 0 or 1");
        }
    }

    /**
     * Reads a word from the 64 bits that an arbiter compares and swaps.
     *
     * @param bits twice the term, plus the owner.
     * @return the word.
     * @throws IllegalArgumentException if the bits are not those of a word.
     */
    public static OwnershipWord ofBits(final long bits) {
        return new OwnershipWord(bits >>> 1, (int) (bits & 1));
    }

    /**
     * Returns the 64 bits that an arbiter compares and swaps. A higher term has a larger number.
     *
     * @return twice the term, plus the owner.
     */
    public long bits() {
        return term << 1 | owner;
    }

    /**
     * Returns the word that a node makes of this one when it wins.
     *
     * @param winner the winning node, 0 or 1.
     * @return the next term, owned by that node.
     */
    public OwnershipWord next(final int winner) {
        return new OwnershipWord(term + 1, winner);
    }
}
