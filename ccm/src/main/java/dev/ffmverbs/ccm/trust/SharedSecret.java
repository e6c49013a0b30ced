// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.trust;

import dev.ffmverbs.ccm.memory.BootId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all nodes of a cluster know and nobody else does, or {@link #NONE}. Thread-safe; it never shows itself.
 *
 * <p>A node with a secret has no session with a node without one, or with another one.
 */
public final class SharedSecret {

    /** No secret: whoever answers at a partner's address, or comes from there with its name, is the partner. */
    public static final SharedSecret NONE = new SharedSecret(new byte[0]);

    /** Shortest secret in bytes. */
    public static final int SHORTEST_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] CONTEXT = "ccm 1 ".getBytes(StandardCharsets.US_ASCII);

    private final byte[] secret;

    private SharedSecret(final byte[] secret) {
        this.secret = secret;
    }

    /**
     * A secret of these bytes.
     *
     * @param secret at least {@link #SHORTEST_BYTES} bytes, copied; random ones are best.
     * @return the secret.
     * @throws IllegalArgumentException when there are fewer.
     */
    public static SharedSecret of(final byte[] secret) {
        if (secret.length < SHORTEST_BYTES) {
            throw new IllegalArgumentException("the shared secret has " + secret.length + " bytes; it needs at least "
                + SHORTEST_BYTES);
        }
        return new SharedSecret(secret.clone());
    }

    /**
     * Whether there is a secret.
     *
     * @return false for {@link #NONE}.
     */
    public boolean isPresent() {
        return secret.length > 0;
    }

    /**
     * Proves that this node has the secret.
     *
     * @param proof what to prove.
     * @return {@link Proof#LENGTH_BYTES} bytes; zeros without a secret.
     */
    public byte[] prove(final Proof proof) {
        if (!isPresent()) {
            return new byte[Proof.LENGTH_BYTES];
        }
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(CONTEXT);
            mac.update((byte) proof.role().ordinal());
            update(mac, proof.prover(), proof.proverBoot());
            update(mac, proof.verifier(), proof.verifierBoot());
            return mac.doFinal();
        } catch (final NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime has no " + ALGORITHM + ", which all must have", e);
        }
    }

    private static void update(final Mac mac, final String name, final BootId bootId) {
        mac.update((byte) name.length());
        mac.update(name.getBytes(StandardCharsets.US_ASCII));
        mac.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(bootId.high()).putLong(bootId.low()).array());
    }

    /**
     * Checks a proof, in time that does not tell how much of it is right.
     *
     * @param proof what it must prove.
     * @param given the proof, or its first {@link Proof#SHORT_BYTES} bytes.
     * @return whether it is right; true for anything without a secret.
     */
    public boolean verify(final Proof proof, final byte[] given) {
        return !isPresent() || MessageDigest.isEqual(Arrays.copyOf(prove(proof), given.length), given);
    }

    /**
     * Whether there is a secret, and nothing of it.
     *
     * @return the same for all secrets.
     */
    @Override
    public String toString() {
        return isPresent() ? "a shared secret" : "no shared secret";
    }
}
