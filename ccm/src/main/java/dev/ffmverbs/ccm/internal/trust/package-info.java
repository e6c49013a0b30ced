// SPDX-License-Identifier: Apache-2.0

/**
 * Who may be a partner: a secret that all nodes of a cluster share, and what is proved with it.
 *
 * <p>{@link dev.ffmverbs.ccm.value.SharedSecret} makes a {@link Proof} with HMAC-SHA-256 over the role in which it is
 * given, both boot ids and both node names. It travels with a connection's request, with its acceptance, and in HELLO.
 * A request is made before the partner's boot id can be known, so its proof leaves that out and could be repeated by
 * somebody who has seen it; no session comes of it, because acceptance and HELLO bind both boot ids.
 *
 * <p><b>What is protected.</b> Nobody without the secret becomes a partner: not by connecting, not by answering at a
 * partner's address, and not by repeating what was said in a session of other boots.
 *
 * <p><b>What is not.</b> Nothing is encrypted, and what follows the handshake carries checksums and no proofs: RDMA has
 * none, on any device. Whoever can put packets with the right addresses, queue pair and sequence numbers and keys on
 * the network can read and write the memory that a partner could. Keep the interconnect to itself, or put it on MACsec,
 * IPsec or WireGuard. Somebody who has seen a request can repeat it and so displace the partner's connection, which the
 * partner then makes again.
 *
 * <p><b>What a stranger costs.</b> A request is rejected before anything is made for it: after a look at the node it
 * names and the address it comes from, and one HMAC when both are a partner's. Rejections are counted, and told and
 * logged at a bounded rate. One request of a partner waits for its session at a time. How many requests reach the node
 * at all, the device decides: a software device bounds them per address; on other devices the kernel queues as many as
 * the listener's backlog, and drops what is beyond.
 *
 * <p>Depends on the JDK and on boot ids alone.
 */
package dev.ffmverbs.ccm.internal.trust;
