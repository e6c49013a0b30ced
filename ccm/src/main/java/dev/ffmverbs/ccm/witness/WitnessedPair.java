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
}
