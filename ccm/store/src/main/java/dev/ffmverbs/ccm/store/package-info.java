// SPDX-License-Identifier: Apache-2.0

/**
 * A worked example: a small replicated key-value store on two nodes. Read it to see how ownership, a mirrored log and
 * memory that others READ work together.
 *
 * <p>One node is active and the other one is on standby. Who is active is decided by {@link
 * dev.ffmverbs.ccm.ownership.Ownership} with a witness. The active node continues the {@link
 * dev.ffmverbs.ccm.mirror.MirroredLog} of both, appends each PUT, DELETE and compare-and-set to it, and answers when
 * both nodes hold the entry. It keeps a table in memory, which clients READ without any code of the node. Clients
 * follow the active node.
 *
 * <p>Read in this order: {@code StoreNode} puts the parts together. {@code Tenure} is how a node that owns comes to
 * serve, and why it has everything that was ever shown. {@code Writes} executes the writes. {@code ReadLease} says why
 * a GET is linearizable. {@code StoreClient} is the other side. {@code Bucket} is the memory that is READ.
 *
 * <p><b>Guarantees.</b>
 * <ol>
 *   <li>The store is linearizable: each operation takes effect at one moment between its beginning and its end. A write
 *       without an answer takes effect at one later moment or never.
 *   <li>A write that was answered is held by both nodes. Each of them may be killed at any time, also both at once.
 *   <li>If one node is lost, the other one answers GETs as soon as it owns. Writes wait until the partner is back,
 *       because otherwise what one node alone holds would be lost if that node is lost next, and nobody would know. For
 *       the same reason GETs wait, too, and the log warns, if the other node loses its term while a write or a snapshot
 *       of its log is in doubt, or if it is started again, and then owns without the partner.
 * </ol>
 *
 * <p><b>What it is not.</b> A machine that reboots has lost its file. From then on, until the log of the other node is
 * mirrored again, the state is at one node, as the documentation of the log says: if the other node is lost in that
 * time, the store serves nobody until it is back. There is no secret, and values are not on a disk.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm}, {@code dev.ffmverbs.ccm.mirror}, {@code dev.ffmverbs.ccm.ownership}, {@code
 * dev.ffmverbs.ccm.value} and {@code dev.ffmverbs.ccm.witness}, and on the verbs objects ({@code dev.ffmverbs}, {@code
 * dev.ffmverbs.cm}). Nothing depends on it.
 */
package dev.ffmverbs.ccm.store;
