// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.ownership.OwnershipWord;

/**
 * A pair of nodes, as its witness sees it.
 *
 * @param name           names of the two nodes with a plus sign between them and, if the pair has several ownerships, a
 *                       slash and the name of this one. It is a number in 32 hexadecimal digits until a node has
 *                       written the names.
 * @param word           the word in the block; {@link OwnershipWord#NONE} if there is none.
 * @param connectedNodes how many of the two nodes have a connection, 0 to 2. The connection of a node that was killed
 *                       counts until the node connects again.
 */
public record WitnessedPair(String name, OwnershipWord word, int connectedNodes) {

    /**
     * Returns the name of the node that has won the term of the word.
     *
     * @return its name; {@code node 0} or {@code node 1} until a node has written the names.
     */
    public String ownerName() {
        final int plus = name.indexOf('+');
        final int slash = name.indexOf('/');
        if (plus < 0) {
            return "node " + word.owner();
        }
        final int end = slash < 0 ? name.length() : slash;
        return word.owner() == 0 ? name.substring(0, plus) : name.substring(plus + 1, end);
    }
}
