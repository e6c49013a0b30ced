// SPDX-License-Identifier: Apache-2.0

/**
 * Apache ZooKeeper as the arbiter of a pair of nodes, for clusters that already run it and need no witness.
 *
 * <p>{@link dev.ffmverbs.ccm.zookeeper.ZooKeeperArbiter} keeps the word of a pair in one znode, and replaces it with
 * writes that ZooKeeper carries out only if the znode has the version that was read before.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>A word is replaced only by one of a higher term, and a term is in the znode at most once. A write that takes
 *       effect after its caller has given up replaces nothing but the word that the caller had read.
 *   <li>A renewal is a write. It succeeds only if a majority of the ensemble holds the word, whatever the server that
 *       answers remembers. A word that would decide against the caller is read again after the server has caught up.
 *   <li>A call returns or throws within its time, also if Curator is busy with a lost connection.
 *   <li>The client belongs to the caller and is never closed.
 * </ol>
 *
 * <p><b>Assumptions.</b> Nobody else writes the znode, and nobody deletes it while a node of the pair runs. An ensemble
 * does not forget what a majority has stored, so that an arbiter which was founded stays founded.
 *
 * <p><b>Module path.</b> The package has the automatic module name {@code dev.ffmverbs.ccm.zookeeper}. ZooKeeper's jars
 * have packages in common, which the module path refuses: programs put them, and this package, on the class path.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm.ownership}, and on Curator and ZooKeeper.
 */
package dev.ffmverbs.ccm.zookeeper;
