// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.value.SharedSecret;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Proofs that a node and a witness have the same secret. They are bound to the address that the node connects from, so
 * that nobody at another address can repeat a request.
 *
 * @param pair   the node's pair.
 * @param node   which of its nodes.
 * @param nonce  the random number of the request.
 * @param source address of the node.
 */
record PairProof(PairNumber pair, int node, long nonce, InetAddress source) {

    private static final byte[] REQUEST = "ccm witness 1 request ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GRANT = "ccm witness 1 grant ".getBytes(StandardCharsets.US_ASCII);

    /** Computes the node's proof; zeros without a secret. */
    byte[] createRequest(final SharedSecret secret) {
        return create(secret, REQUEST, new byte[0]);
    }

    /** Computes the witness's proof of what it grants; zeros without a secret. */
    byte[] createGrant(final SharedSecret secret, final byte[] granted) {
        return create(secret, GRANT, granted);
    }

    private byte[] create(final SharedSecret secret, final byte[] context, final byte[] more) {
        final byte[] address = source.getAddress();
        final ByteBuffer message = ByteBuffer.allocate(
            context.length + 3 * Long.BYTES + Integer.BYTES + 1 + address.length + more.length);
        message.put(context).putLong(pair.high()).putLong(pair.low()).putLong(nonce).putInt(node)
            .put((byte) address.length).put(address).put(more);
        return secret.authenticate(message.array());
    }

    /** Compares a proof, or the beginning of one, in constant time. Always true without a secret. */
    static boolean matches(final SharedSecret secret, final byte[] expected, final byte[] given) {
        return !secret.isPresent() || MessageDigest.isEqual(Arrays.copyOf(expected, given.length), given);
    }
}
