// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

/** What an entry of the log does. Its payload is an {@link Item} whose kind is the code. */
enum Entry {

    /** The state begins again with as many items as the item's count says. They follow as {@link #COPY}. */
    SNAPSHOT,
    /** One item of a snapshot. */
    COPY,
    PUT,
    DELETE;

    byte code() {
        return (byte) (ordinal() + 1);
    }

    /** Returns the meaning of an entry of the log. */
    static Entry of(final byte code) {
        if (code < 1 || code > values().length) {
            throw new IllegalStateException("the log has an entry of kind " + code + ", which this version does not"
                + " know");
        }
        return values()[code - 1];
    }

    Item item(final String key, final String value) {
        return new Item(code(), key, value, 0);
    }
}
