// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a node SENDs back.
 *
 * @param id      number of the request.
 * @param outcome what happened.
 */
record Reply(int id, Outcome outcome) {

    private static final long ID = 0;
    private static final long OUTCOME = 4;

    /** Bytes that a reply takes. */
    static final int BYTES = 8;

    /** What became of a request. */
    enum Outcome {

        /** Both nodes hold it. To a ping: the node owned and served after the ping was sent. */
        DONE,
        /** The value was another one, and nothing has changed. */
        OTHER_VALUE,
        /** There is no room for the key, and nothing has changed. */
        FULL,
        /** This node does not serve, and nothing has changed. */
        NOT_SERVING,
        /** The other node is not there to hold what would be written, and nothing has changed. */
        NO_PARTNER
    }

    void write(final MemorySegment memory, final long offset) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + ID, id);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + OUTCOME, outcome.ordinal());
    }

    /** Reads a reply; null if the node has sent what is none. */
    static Reply read(final MemorySegment memory, final long offset) {
        final int outcome = memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + OUTCOME);
        return outcome < 0 || outcome >= Outcome.values().length ? null
            : new Reply(memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + ID), Outcome.values()[outcome]);
    }
}
