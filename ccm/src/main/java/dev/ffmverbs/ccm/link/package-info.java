// SPDX-License-Identifier: Apache-2.0

/**
 * The connections between two nodes: an outgoing one that this node reads and writes the partner's memory over, and an
 * incoming one that the partner reads and writes this node's memory over.
 *
 * <p>{@link dev.ffmverbs.ccm.link.PartnerConnector}, {@link dev.ffmverbs.ccm.link.PartnerLink} and
 * {@link dev.ffmverbs.ccm.link.PartnerAccess} are what a session needs of them.
 * {@link dev.ffmverbs.ccm.link.NodeEndpoint} and {@link dev.ffmverbs.ccm.link.PartnerEndpoint} provide it over RDMA
 * verbs, whichever device runs them.
 *
 * <p>What the two nodes must know of each other before any memory can be read travels in the private data of the
 * connection: names, versions and the boot id with the {@link dev.ffmverbs.ccm.link.RequestGreeting request}; addresses
 * and keys of the memory with the {@link dev.ffmverbs.ccm.link.AcceptGreeting acceptance}; and why with a
 * {@link dev.ffmverbs.ccm.link.Rejection}.
 *
 * <p><b>Guarantees.</b> Memory is registered before a node listens, in a protection domain of its own for each partner:
 * the status block for READ only, the mailbox for WRITE only. Through the outgoing connection the partner has no access
 * at all. When {@link dev.ffmverbs.ccm.link.PartnerAccess#revoke} returns, nothing the partner has sent or will send
 * reaches this node's memory.
 */
package dev.ffmverbs.ccm.link;
