// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.internal.memory.PayloadReader;
import java.lang.foreign.MemorySegment;

/**
 * Says why a witness rejects a connection request, in the private data of the rejection. Somebody has to change
 * something before another attempt can succeed.
 */
enum Refusal {

    WRONG_SECRET(1, "the witness and this node do not have the same shared secret"),
    OTHER_VERSION(2, "the witness is of another version than this node"),
    NOT_A_NODE(3, "the witness does not understand this node's request"),
    FULL(4, "the witness has no room for another pair"),
    NOT_ACCEPTED(5, "the witness could not accept the connection");

    private static final int LENGTH_BYTES = 12;
    private static final int LENGTH_WITH_LIMIT_BYTES = 16;

    private final int code;
    private final String words;

    Refusal(final int code, final String words) {
        this.code = code;
        this.words = words;
    }

    /** Returns what it means for the node. */
    String words() {
        return words;
    }

    byte[] encode() {
        final byte[] data = new byte[LENGTH_BYTES];
        PairRequest.begin(data).putInt(code);
        return data;
    }

    /** Encodes a refusal for lack of room, with the number of things that there is room for. */
    byte[] encode(final int limit) {
        final byte[] data = new byte[LENGTH_WITH_LIMIT_BYTES];
        PairRequest.begin(data).putInt(code).putInt(limit);
        return data;
    }

    /** Returns what the private data of a rejection means for the node; null if it is not a refusal. */
    static String describe(final byte[] data) {
        final Refusal refusal = decode(data);
        if (refusal != FULL || data.length < LENGTH_WITH_LIMIT_BYTES) {
            return refusal == null ? null : refusal.words;
        }
        final PayloadReader reader = new PayloadReader(MemorySegment.ofArray(data));
        for (int i = 0; i < LENGTH_BYTES / Integer.BYTES; i++) {
            reader.getInt();
        }
        return refusal.words + ": it serves " + reader.getInt() + " pairs, and no more";
    }

    /** Returns the refusal in the private data of a rejection; null if there is none, as if nobody listens. */
    static Refusal decode(final byte[] data) {
        if (data.length < LENGTH_BYTES) {
            return null;
        }
        final PayloadReader reader = new PayloadReader(MemorySegment.ofArray(data));
        if (reader.getInt() != PairRequest.MAGIC) {
            return null;
        }
        if (reader.getInt() != PairRequest.VERSION) {
            return OTHER_VERSION;
        }
        final int given = reader.getInt();
        for (final Refusal refusal : values()) {
            if (refusal.code == given) {
                return refusal;
            }
        }
        return null;
    }
}
