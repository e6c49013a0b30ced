// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Identifies a pair in 16 bytes, because a connection request has no room for names. It is the beginning of the SHA-256
 * digest of the names.
 *
 * @param high the first 8 bytes.
 * @param low  the last 8 bytes.
 */
record PairNumber(long high, long low) {

    static PairNumber of(final PairNames names) {
        final ByteBuffer digest = ByteBuffer.wrap(
            digest(names.first() + "\n" + names.second() + "\n" + names.ownership()));
        return new PairNumber(digest.getLong(), digest.getLong());
    }

    static byte[] digest(final String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, although every one must have it", e);
        }
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
