// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.lang.foreign.MemorySegment;

/**
 * The block that a witness keeps for a pair, and the connections of the two nodes to it.
 *
 * <p>One thread changes connections. Any thread may look.
 */
final class PairBlock {

    private final PairNumber number;
    private final MemorySegment memory;
    private final NodeAccess[] accesses = new NodeAccess[2];

    /**
     * Writes an empty block of an incarnation. Nobody has won a term in it.
     *
     * @param number      the pair.
     * @param memory      memory that is zero.
     * @param incarnation the incarnation of the witness.
     */
    PairBlock(final PairNumber number, final MemorySegment memory, final BootId incarnation) {
        this.number = number;
        this.memory = memory;
        BlockLayout.LAYOUT_VERSION.set(memory, 0L, BlockLayout.VERSION);
        BlockLayout.PAIR_HIGH.set(memory, 0L, number.high());
        BlockLayout.PAIR_LOW.set(memory, 0L, number.low());
        BlockLayout.INCARNATION_HIGH.set(memory, 0L, incarnation.high());
        BlockLayout.INCARNATION_LOW.set(memory, 0L, incarnation.low());
        BlockLayout.MAGIC_NUMBER.setVolatile(memory, 0L, BlockLayout.MAGIC);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Sets the access of a node; null if it has none. */
    synchronized void access(final int node, final NodeAccess access) {
        accesses[node] = access;
    }

    /** Returns the access of a node; null if it has none. */
    synchronized NodeAccess access(final int node) {
        return accesses[node];
    }

    /** Nodes can write anything into their block; what is not a word counts as none. */
    private OwnershipWord word() {
        final long bits = (long) BlockLayout.WORD.getVolatile(memory, 0L);
        return OwnershipBits.isWord(bits) ? OwnershipWord.ofBits(bits) : OwnershipWord.NONE;
    }

    /** Returns what the nodes have made of the block so far. */
    WitnessedPair describe() {
        final PairNames names = PairNames.decode(memory.asSlice(BlockLayout.NAMES_OFFSET, PairNames.LENGTH_BYTES));
        return new WitnessedPair(PairNumber.of(names).equals(number) ? names.toString() : number.toString(),
            word(), (access(0) == null ? 0 : 1) + (access(1) == null ? 0 : 1));
    }
}
