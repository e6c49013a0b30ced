// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.trust;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A proof that a node has the secret.
 *
 * @param role         role of the node that gives the proof.
 * @param prover       name of the node that gives the proof.
 * @param proverBoot   its boot id.
 * @param verifier     name of the node that checks the proof.
 * @param verifierBoot that node's boot id; {@link BootId#NONE} if it is not known yet.
 */
public record Proof(Role role, String prover, BootId proverBoot, String verifier, BootId verifierBoot) {

    /** Length of a proof in bytes. */
    public static final int LENGTH_BYTES = 32;

    /** Length in bytes of the beginning of a proof, for which a connection request has room. */
    public static final int SHORT_BYTES = 16;

    private static final byte[] CONTEXT = "ccm 1 ".getBytes(StandardCharsets.US_ASCII);

    /** The role in which a node gives a proof. A proof given in one role is not valid in another. */
    public enum Role {

        /** The node requests a connection. */
        REQUEST,

        /** The node accepts a connection. */
        ACCEPT,

        /** The node sends HELLO. */
        HELLO,

        /** The node connects a port of a client. */
        PORT
    }
    /**
     * Computes the proof with a secret.
     *
     * @param secret the secret of the node that gives the proof.
     * @return {@link #LENGTH_BYTES} bytes; zeros without a secret.
     */
    public byte[] create(final SharedSecret secret) {
        final byte[] proverName = prover.getBytes(StandardCharsets.US_ASCII);
        final byte[] verifierName = verifier.getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer message = ByteBuffer.allocate(
            CONTEXT.length + 1 + proverName.length + verifierName.length + 2 * (1 + 2 * Long.BYTES));
        message.put(CONTEXT).put((byte) role.ordinal());
        put(message, proverName, proverBoot);
        put(message, verifierName, verifierBoot);
        return secret.authenticate(message.array());
    }

    private static void put(final ByteBuffer message, final byte[] name, final BootId bootId) {
        message.put((byte) name.length).put(name).putLong(bootId.high()).putLong(bootId.low());
    }

    /**
     * Checks a proof in constant time, so that the time does not reveal how much of it is correct.
     *
     * @param secret the secret of the node that checks.
     * @param given  the proof, or its first {@link #SHORT_BYTES} bytes.
     * @return whether it is correct; always true without a secret.
     */
    public boolean verify(final SharedSecret secret, final byte[] given) {
        return !secret.isPresent() || MessageDigest.isEqual(Arrays.copyOf(create(secret), given.length), given);
    }
}
