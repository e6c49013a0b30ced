// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that all nodes of a cluster share, or {@link #NONE}. It never appears in output.
 *
 * <p>A node with a secret has no session with a node that has none or a different one. Both sides prove that they have
 * it when they connect and again in HELLO, with an HMAC-SHA-256 over their roles, names and boot ids.
 *
 * <p><b>What it protects.</b> Nobody without the secret becomes a partner: not by connecting, not by answering at a
 * partner's address, and not by replaying messages from a session of other boots.
 *
 * <p><b>What it does not protect.</b> Nothing is encrypted. What follows the handshake carries checksums but no proofs,
 * because RDMA has none on any device. Anybody who can send packets on the network with the right addresses, queue pair
 * numbers, sequence numbers and keys can read and write the memory that a partner could. Isolate the interconnect, or
 * run it over MACsec, IPsec or WireGuard. Anybody who has seen a connection request can replay it and so displace the
 * partner's connection. The partner then connects again.
 *
 * <p><b>What a stranger costs.</b> A request is rejected before anything is allocated for it. The node checks the name
 * in the request and the address it comes from and, if both are a partner's, computes one HMAC. Rejections are counted,
 * and are reported and logged at a bounded rate. At most one request of each partner waits for its session. How many
 * requests reach the node depends on the device. A software device bounds them per address; on other devices the kernel
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
     * Creates a secret from these bytes.
     *
     * @param secret at least {@link #SHORTEST_BYTES} bytes, preferably random; they are copied.
     * @return the secret.
     * @throws IllegalArgumentException if there are fewer bytes.
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
     * Authenticates a message, so that a holder of the same secret can tell that another holder sent it.
     *
     * @param message the message.
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
            throw new IllegalStateException("this Java runtime has no " + ALGORITHM + ", although every Java runtime"
                + " must have it", e);
        }
    }

    /**
     * Says whether there is a secret, and reveals nothing of it.
     *
     * @return a text that is the same for all secrets.
     */
    @Override
    public String toString() {
        return isPresent() ? "a shared secret" : "no shared secret";
    }
}
