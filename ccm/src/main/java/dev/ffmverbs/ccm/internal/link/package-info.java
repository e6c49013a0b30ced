// SPDX-License-Identifier: Apache-2.0

/**
 * The connections between two nodes. Over a link, this node reads and writes the partner's memory. Over an access, the
 * partner reads and writes this node's memory.
 *
 * <p>A session uses {@link PartnerPath}, {@link PartnerLink} and {@link PartnerAccess}. {@link Interconnects} and
 * {@link PartnerPaths} implement them over RDMA verbs, on any device. What completes on the links over a device is
 * reported in one completion queue. The thread that polls the {@link CompletionSource} passes it to its link. A {@link
 * ClientGrant} is what one client shares with one partner.
 *
 * <p>The private data of the connection carries what the two nodes must know about each other before any memory can be
 * read. A {@link RequestGreeting request} carries the identity of the requesting node, its version, its boot id and a
 * proof of the shared secret. An {@link AcceptGreeting acceptance} carries addresses and keys of the memory, and
 * another proof. A {@link dev.ffmverbs.ccm.value.Rejection} carries the reason.
 *
 * <p><b>Guarantees.</b> A node answers partners once memory is registered for all of them; earlier requests wait. Each
 * partner has a separate protection domain, with the boot-status variable for READ only and the mailbox for WRITE only.
 * Through the link the partner reaches nothing at all. The memory of a client is registered in the same domain and
 * reached over the client's queue pairs. When {@link PartnerAccess#revoke} and {@link ClientGrant#fence} return,
 * nothing the partner has sent or will send reaches this node's memory.
 *
 * <p>Depends on {@code memory}, {@code handshake}, {@code trust}, {@code thread} and {@code dev.ffmverbs.ccm.value},
 * and on the verbs objects and connections of {@code dev.ffmverbs} and {@code dev.ffmverbs.cm}, and on {@link
 * dev.ffmverbs.spi.Closing} and {@link dev.ffmverbs.spi.AddressText}.
 */
package dev.ffmverbs.ccm.internal.link;
