// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
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
    private static final int CODE_BYTES = 32;

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
     * Authenticates a message: whoever has the same secret can tell that it comes from somebody with the secret.
     *
     * @param message what to authenticate.
     * @return the message's HMAC-SHA-256, 32 bytes; zeros without a secret.
     */
    public byte[] authenticate(final byte[] message) {
        if (!isPresent()) {
            return new byte[CODE_BYTES];
        }
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(message);
        } catch (final NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime has no " + ALGORITHM + ", which all must have", e);
        }
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
