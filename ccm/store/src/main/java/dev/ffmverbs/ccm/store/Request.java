// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * What a client SENDs to a node.
 *
 * @param id       a number that the reply repeats.
 * @param kind     what to do.
 * @param key      the key; empty for a question.
 * @param value    the new value, where there is one; otherwise empty.
 * @param expected for {@link Kind#COMPARE_AND_SET}, the present value; empty if the key must not be there.
 */
record Request(int id, Kind kind, String key, String value, Optional<String> expected) {

    private static final long ID = 0;
    private static final long ITEM = 8;
    private static final long EXPECTED = ITEM + Item.BYTES;
    private static final byte PRESENT = 1;

    /** Bytes that a request takes. */
    static final int BYTES = (int) EXPECTED + Item.BYTES;

    /** What a node can be asked. */
    enum Kind {

        /** Whether the node owns and serves: the answer gives a lease to READ. */
        PING,

        /** How the node is. */
        STATUS,
        PUT,
        DELETE,
        COMPARE_AND_SET
    }

    void write(final MemorySegment memory, final long offset) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + ID, id);
        new Item((byte) kind.ordinal(), key, value, 0).write(memory, offset + ITEM);
        new Item(expected.isPresent() ? PRESENT : 0, "", expected.orElse(""), 0).write(memory, offset + EXPECTED);
    }

    /** Reads a request that anybody may have sent; empty if it is none. */
    static Optional<Request> read(final MemorySegment memory, final long offset) {
        final int kind = Item.kindAt(memory, offset + ITEM);
        if (kind < 0 || kind >= Kind.values().length || !Item.isWellFormed(memory, offset + ITEM)
            || !Item.isWellFormed(memory, offset + EXPECTED)) {
            return Optional.empty();
        }
        final Item item = Item.read(memory, offset + ITEM);
        final Item former = Item.read(memory, offset + EXPECTED);
        return Optional.of(new Request(memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + ID), Kind.values()[kind],
            item.key(), item.value(), former.kind() == PRESENT ? Optional.of(former.value()) : Optional.empty()));
    }
}
