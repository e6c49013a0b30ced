// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.zookeeper.data.Stat;

/**
 * What the znode of a pair held: a word, in eight bytes, or nothing.
 *
 * @param word the word; {@link OwnershipWord#NONE} if the znode is missing or empty.
 * @param stat of the znode; {@code null} if it is missing.
 */
record StoredWord(OwnershipWord word, Stat stat) {

    static final StoredWord MISSING = new StoredWord(OwnershipWord.NONE, null);

    private static final int LENGTH_BYTES = Long.BYTES;
    /** How many bytes of content that is not a word an error message shows. */
    private static final int SHOWN_BYTES = 32;

    /** @param content what the znode holds; {@code null} if it was created without data, as zkCli.sh does. */
    static StoredWord read(final String path, final byte[] content, final Stat stat) throws ArbiterException {
        if (content == null || content.length == 0) {
            return new StoredWord(OwnershipWord.NONE, stat);
        }
        try {
            if (content.length == LENGTH_BYTES) {
                final OwnershipWord word = OwnershipWord.ofBits(ByteBuffer.wrap(content).getLong());
                if (word.term() > 0) {
                    return new StoredWord(word, stat);
                }
            }
            throw notAWord(path, content, null);
        } catch (final IllegalArgumentException e) {
            throw notAWord(path, content, e);
        }
    }

    private static ArbiterException notAWord(final String path, final byte[] content, final Throwable cause) {
        final int shown = Math.min(content.length, SHOWN_BYTES);
        return new ArbiterException("znode " + path + " holds " + content.length
            + " bytes that are not the word of a pair: "
            + HexFormat.of().formatHex(content, 0, shown) + (shown < content.length ? "..." : "")
            + "; stop both nodes and delete it, or name another path", cause);
    }

    static byte[] bytes(final OwnershipWord word) {
        return ByteBuffer.allocate(LENGTH_BYTES).putLong(word.bits()).array();
    }

    boolean isMissing() {
        return stat == null;
    }

    boolean isFresh() {
        return word.equals(OwnershipWord.NONE);
    }
}
