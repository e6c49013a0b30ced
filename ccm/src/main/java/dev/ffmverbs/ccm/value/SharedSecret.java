// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that all nodes of a cluster share, or {@link #NONE}. It never shows itself.
 *
 * <p>A node with a secret has no session with a node that has none, or another one. Both sides prove that they have it
 * when they connect and again in HELLO, with an HMAC-SHA-256 over their roles, names and boot ids.
 *
 * <p><b>What it protects.</b> Nobody without the secret becomes a partner: not by connecting, not by answering at a
 * partner's address, and not by repeating what was said in a session of other boots.
 *
 * <p><b>What it does not protect.</b> Nothing is encrypted, and what follows the handshake carries checksums but no
 * proofs: RDMA has none, on any device. Anybody who can put packets on the network with the right addresses, queue pair
 * numbers, sequence numbers and keys can read and write the memory that a partner could. Keep the interconnect to
 * itself, or put it on MACsec, IPsec or WireGuard. Somebody who has seen a connection request can repeat it and so
 * displace the partner's connection, which the partner then makes again.
 *
 * <p><b>What a stranger costs.</b> A request is rejected before anything is made for it: after a look at the node it
 * names and the address it comes from, and after one HMAC when both are a partner's. Rejections are counted, and are
 * reported and logged at a bounded rate. One request of a partner waits for its session at a time. How many requests
 * reach the node at all depends on the device: a software device bounds them per address; on other devices the kernel
 * queues as many as the listener's backlog and drops the rest.
 *
 * <p>Thread-safe.
 */
public final class SharedSecret {

    /**
     * No secret: any node that answers at a partner's address, or connects from there under its name, is the partner.
     */
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
     * Authenticates a message: a holder of the same secret can tell that another holder sent it.
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
