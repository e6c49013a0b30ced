// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.trust;

import dev.ffmverbs.ccm.internal.trust.Proof.Role;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;

/**
 * Who a node is, and how it proves that.
 *
 * @param name   its name.
 * @param bootId this incarnation of it.
 * @param secret what it proves with.
 */
public record NodeIdentity(String name, BootId bootId, SharedSecret secret) {

    /**
     * Proves to a partner that this node has the secret.
     *
     * @param role        in which role.
     * @param partner     the partner's name.
     * @param partnerBoot its boot id, or {@link BootId#NONE} while it is not known.
     * @return {@link Proof#LENGTH_BYTES} bytes.
     */
    public byte[] prove(final Role role, final String partner, final BootId partnerBoot) {
        return new Proof(role, name, bootId, partner, partnerBoot).create(secret);
    }

    /**
     * Checks what a partner proves to this node.
     *
     * @param role        in which role.
     * @param partner     the partner's name.
     * @param partnerBoot its boot id.
     * @param given       its proof, or the first {@link Proof#SHORT_BYTES} bytes.
     * @return whether the partner has the secret; for a REQUEST, whether the request was made with it, now or before.
     */
    public boolean verify(final Role role, final String partner, final BootId partnerBoot, final byte[] given) {
        return new Proof(role, partner, partnerBoot, name, role == Role.REQUEST ? BootId.NONE : bootId)
            .verify(secret, given);
    }
}
