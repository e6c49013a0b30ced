// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.trust;

import dev.ffmverbs.ccm.internal.trust.Proof.Role;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;

/**
 * The identity of a node, and the secret with which it proves it.
 *
 * @param name   its name.
 * @param bootId its incarnation.
 * @param secret the secret for its proofs.
 */
public record NodeIdentity(String name, BootId bootId, SharedSecret secret) {

    /**
     * Proves to a partner that this node has the secret.
     *
     * @param role        role of the proving node.
     * @param partner     the partner's name.
     * @param partnerBoot its boot id, or {@link BootId#NONE} if it is not known yet.
     * @return {@link Proof#LENGTH_BYTES} bytes.
     */
    public byte[] prove(final Role role, final String partner, final BootId partnerBoot) {
        return new Proof(role, name, bootId, partner, partnerBoot).create(secret);
    }

    /**
     * Checks a partner's proof to this node.
     *
     * @param role        role of the proving node.
     * @param partner     the partner's name.
     * @param partnerBoot its boot id.
     * @param given       its proof, or the first {@link Proof#SHORT_BYTES} bytes of it.
     * @return whether the partner has the secret; for a REQUEST or a PORT, whether the request was made
     *     with it, now or before.
     */
    public boolean verify(final Role role, final String partner, final BootId partnerBoot, final byte[] given) {
        final boolean beforeMeeting = role == Role.REQUEST || role == Role.PORT;
        return new Proof(role, partner, partnerBoot, name, beforeMeeting ? BootId.NONE : bootId)
            .verify(secret, given);
    }
}
