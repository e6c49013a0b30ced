// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.trust;

import dev.ffmverbs.ccm.memory.BootId;

/**
 * What a node proves that it has the secret with.
 *
 * @param role         in which role it proves.
 * @param prover       name of the node that proves.
 * @param proverBoot   its boot id.
 * @param verifier     name of the node it proves to.
 * @param verifierBoot that node's boot id; {@link BootId#NONE} while it is not known.
 */
public record Proof(Role role, String prover, BootId proverBoot, String verifier, BootId verifierBoot) {

    /** Length of a proof in bytes. */
    public static final int LENGTH_BYTES = 32;

    /** Length of the beginning of a proof that a connection request has room for, in bytes. */
    public static final int SHORT_BYTES = 16;

    /** In which role a node proves; a proof given in one is worth nothing in another. */
    public enum Role {

        /** It requests a connection. */
        REQUEST,

        /** It accepts a connection. */
        ACCEPT,

        /** It says HELLO. */
        HELLO
    }
}
