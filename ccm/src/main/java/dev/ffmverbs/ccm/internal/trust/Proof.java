// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.trust;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

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

    private static final byte[] CONTEXT = "ccm 1 ".getBytes(StandardCharsets.US_ASCII);

    /** In which role a node proves; a proof given in one is worth nothing in another. */
    public enum Role {

        /** It requests a connection. */
        REQUEST,

        /** It accepts a connection. */
        ACCEPT,

        /** It says HELLO. */
        HELLO
    }
    /**
     * Proves it with a secret.
     *
     * @param secret the secret of the node that proves.
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
     * Checks a proof, in time that does not tell how much of it is right.
     *
     * @param secret the secret of the node that checks.
     * @param given  the proof, or its first {@link #SHORT_BYTES} bytes.
     * @return whether it is right; true for anything without a secret.
     */
    public boolean verify(final SharedSecret secret, final byte[] given) {
        return !secret.isPresent() || MessageDigest.isEqual(Arrays.copyOf(create(secret), given.length), given);
    }
}
