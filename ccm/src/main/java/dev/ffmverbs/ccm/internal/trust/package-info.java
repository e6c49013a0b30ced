// SPDX-License-Identifier: Apache-2.0

/**
 * Decides who may be a partner, by proofs with a secret that all nodes of a cluster share.
 *
 * <p>A {@link Proof} is the HMAC-SHA-256, under the shared secret, of the role in which it is given, both boot ids and
 * both node names. It travels with the request of a connection, with its acceptance, and in HELLO. A request is made
 * before the partner's boot id can be known, so its proof omits that id, and an eavesdropper could replay it. No
 * session results from that, because acceptance and HELLO bind both boot ids.
 *
 * <p><b>Guarantees.</b> Proofs are compared in constant time, and the secret is in no message and no log.
 *
 * <p>What this protects, and what it does not, is documented for users at {@link dev.ffmverbs.ccm.value.SharedSecret}.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm.value} alone.
 */
package dev.ffmverbs.ccm.internal.trust;
