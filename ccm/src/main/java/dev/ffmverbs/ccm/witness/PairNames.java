// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.internal.memory.Names;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The names of a pair, which are the same at both of its nodes.
 *
 * @param first     name of the node that sorts first, which is node 0.
 * @param second    name of the other node, which is node 1.
 * @param ownership what the pair owns; empty if it owns one thing only.
 */
record PairNames(String first, String second, String ownership) {

    static final long LENGTH_BYTES = 3L * Names.LONGEST_BYTES;

    /**
     * Puts the names of two nodes in order.
     *
     * @throws IllegalArgumentException if one is not a name, or both are the same.
     */
    static PairNames of(final String node, final String partner, final String ownership) {
        requireName("node", node);
        requireName("partner", partner);
        if (!ownership.isEmpty()) {
            requireName("ownership", ownership);
        }
        if (node.equals(partner)) {
            throw new IllegalArgumentException("node and partner are both " + node + "; a pair has two nodes");
        }
        return node.compareTo(partner) < 0 ? new PairNames(node, partner, ownership)
            : new PairNames(partner, node, ownership);
    }

    private static void requireName(final String what, final String name) {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("the name of the " + what + " is \"" + name + "\"; it must be 1 to "
                + Names.LONGEST_BYTES + " letters, digits, dots, underscores and hyphens, the first a letter or digit");
        }
    }

    int indexOf(final String node) {
        return first.equals(node) ? 0 : 1;
    }

    /** Writes the names, each padded with zeros. */
    void encode(final MemorySegment memory) {
        memory.fill((byte) 0);
        put(memory, 0, first);
        put(memory, 1, second);
        put(memory, 2, ownership);
    }

    private static void put(final MemorySegment memory, final int index, final String name) {
        MemorySegment.copy(MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)), 0, memory,
            (long) index * Names.LONGEST_BYTES, name.length());
    }

    /** Reads names that a node has written, which may be anything. */
    static PairNames decode(final MemorySegment memory) {
        return new PairNames(get(memory, 0), get(memory, 1), get(memory, 2));
    }

    private static String get(final MemorySegment memory, final int index) {
        final String padded = new String(memory.asSlice((long) index * Names.LONGEST_BYTES, Names.LONGEST_BYTES)
            .toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
        final int end = padded.indexOf('\0');
        return end < 0 ? padded : padded.substring(0, end);
    }

    @Override
    public String toString() {
        return first + "+" + second + (ownership.isEmpty() ? "" : "/" + ownership);
    }
}
