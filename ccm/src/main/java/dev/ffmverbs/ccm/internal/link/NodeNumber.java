// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A node's name in 16 bytes, which is what a connection request has room for: the beginning of its SHA-256 digest.
 *
 * @param high the first 8 bytes.
 * @param low  the others.
 */
record NodeNumber(long high, long low) {

    static NodeNumber of(final String name) {
        try {
            final ByteBuffer digest = ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII)));
            return new NodeNumber(digest.getLong(), digest.getLong());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which all must have", e);
        }
    }
}
