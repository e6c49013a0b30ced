// SPDX-License-Identifier: Apache-2.0

/**
 * The connections between two nodes: a link, over which this node reads and writes the partner's memory, and an access,
 * over which the partner reads and writes this node's.
 *
 * <p>{@link PartnerPath}, {@link PartnerLink} and {@link PartnerAccess} are what a session needs of them.
 * {@link Interconnects} and {@link PartnerPaths} provide it over RDMA verbs, whichever devices run them. What completes
 * at any link over a device is reported in one completion queue, and handed to its link by the thread that polls the
 * {@link CompletionSource}. A {@link ClientGrant} is what one client shares with one partner.
 *
 * <p>What the two nodes must know of each other before any memory can be read travels in the private data of the
 * connection: who asks, version, boot id and a proof of the shared secret with the {@link RequestGreeting request};
 * addresses and keys of the memory, and another proof, with the {@link AcceptGreeting acceptance}; and why with a
 * {@link dev.ffmverbs.ccm.value.Rejection}.
 *
 * <p><b>Guarantees.</b> A node answers partners once memory is registered for all of them; requests that come before
 * wait. Each partner has a protection domain: the boot-status variable for READ only, the mailbox for WRITE only.
 * Through the link the partner reaches nothing at all. The memory of a client is registered in the same domain, and
 * reached over its own queue pairs. When {@link PartnerAccess#revoke} and {@link ClientGrant#fence} return, nothing the
 * partner has sent or will send reaches this node's memory.
 *
 * <p>Depends on {@code memory}, {@code handshake}, {@code trust}, {@code thread} and {@code dev.ffmverbs.ccm.value},
 * and on the verbs objects and connections of {@code dev.ffmverbs} and {@code dev.ffmverbs.cm}.
 */
package dev.ffmverbs.ccm.internal.link;
