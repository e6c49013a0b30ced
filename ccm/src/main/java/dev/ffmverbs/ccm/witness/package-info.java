// SPDX-License-Identifier: Apache-2.0

/**
 * A witness for pairs of nodes: memory in a neutral program, which the nodes read and swap to decide who owns.
 *
 * <p>{@link dev.ffmverbs.ccm.witness.Witness} listens at a predetermined address and port, and keeps a block of memory
 * for each pair of nodes that connects. {@link dev.ffmverbs.ccm.witness.WitnessArbiter} is the
 * {@link dev.ffmverbs.ccm.ownership.Arbiter} of one node of a pair. It asks one witness, or three of which two decide,
 * by RDMA READ, WRITE and COMPARE_AND_SWAP alone.
 *
 * <p><b>Where a block is.</b> Every block has the same predetermined address. A node names its pair when it connects,
 * and gets a key that leads to the block of this pair alone. {@code BlockLayout} has the offset of each field.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>No code of a witness runs for a READ, a renewal or a swap. It runs when a node connects and when a connection
 *       ends.
 *   <li>The word of a block grows: a node swaps it only from a word that it has seen to one of a higher term. Only the
 *       owner named in a word stores it, and a term is in a block at most once.
 *   <li>Every start of a witness is a new incarnation with empty blocks. Keys and connections of the previous one no
 *       longer work. No term can be won in an empty block until the pair has founded it with its present word.
 *   <li>A node has at most one connection to a block. A new one replaces the former one before it is accepted, so that
 *       no operation of the former one takes effect later.
 *   <li>A node that waits too long for the answer to a swap gives up the connection.
 *   <li>A node without the secret of the witness is rejected before anything is allocated for it. Each node has a
 *       separate protection domain. The number of pairs is limited, and rejections are logged at a bounded rate.
 *   <li>A pair is forgotten only on request, by {@code Witness.forget} or by a restart. Both are equally safe. A full
 *       witness refuses further pairs, and states how many it serves.
 *   <li>A block that is not the one of the pair, was written by another version, or belongs to nodes that name other
 *       witnesses is refused by name.
 * </ol>
 *
 * <p><b>Threads.</b> A witness has one thread for all pairs, besides that of the connection manager. An arbiter has one
 * thread, whether it has one witness or three: it makes connections again, without waiting for any of them. The caller
 * asks all witnesses at the same time and waits for a majority, so one that hangs does not delay the others. Arbiters
 * of one process share a device but not this thread, because ending a connection can take a device a long time and
 * would delay the connections of other pairs.
 *
 * <p><b>Assumptions.</b> Those of {@code dev.ffmverbs.ccm}. Eight aligned bytes that a READ delivers were in memory
 * together. No decision depends on that: what counts is what a COMPARE_AND_SWAP has returned.
 *
 * <p>Depends on the public verbs objects ({@code dev.ffmverbs}, {@code dev.ffmverbs.cm}), on
 * {@link dev.ffmverbs.spi.Closing} and {@link dev.ffmverbs.spi.AddressText}, on {@code dev.ffmverbs.ccm} for a
 * partner's name and addresses, on {@code dev.ffmverbs.ccm.ownership}, and on the packages {@code value}, {@code
 * handshake}, {@code memory} and {@code thread}; it does not know what kind of device it runs on.
 */
package dev.ffmverbs.ccm.witness;
