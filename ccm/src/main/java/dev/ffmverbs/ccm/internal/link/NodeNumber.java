// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Identifies a node's name in 16 bytes, because a connection request has no room for more. It is the beginning of the
 * name's SHA-256 digest.
 *
 * @param high the first 8 bytes.
 * @param low  the last 8 bytes.
 */
record NodeNumber(long high, long low) {

    static NodeNumber of(final String name) {
        try {
            final ByteBuffer digest = ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII)));
            return new NodeNumber(digest.getLong(), digest.getLong());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, although every one must have it", e);
        }
    }
}
