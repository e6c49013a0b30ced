// SPDX-License-Identifier: Apache-2.0

/**
 * Who may be a partner: a secret that all nodes of a cluster share, and what is proved with it.
 *
 * <p>A {@link Proof} is the HMAC-SHA-256, under the shared secret, of the role in which it is given, both boot ids and
 * both node names. It travels with a connection's request, with its acceptance, and in HELLO.
 * A request is made before the partner's boot id can be known, so its proof leaves that out, and a listener on the
 * network could repeat it; no session comes of that, because acceptance and HELLO bind both boot ids.
 *
 * <p><b>Guarantees.</b> Proofs are compared in constant time, and the secret is in no message and no log.
 *
 * <p>What this protects, and what it does not, is documented for users at {@link dev.ffmverbs.ccm.value.SharedSecret}.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm.value} alone.
 */
package dev.ffmverbs.ccm.internal.trust;
