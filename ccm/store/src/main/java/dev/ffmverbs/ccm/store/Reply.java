// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a node SENDs back.
 *
 * @param id      number of the request.
 * @param outcome what happened.
 * @param status  how the node is, in the answer to {@link Request.Kind#STATUS}; otherwise null.
 */
record Reply(int id, Outcome outcome, StoreStatus status) {

    private static final long ID = 0;
    private static final long OUTCOME = 4;
    private static final int STATUS = 8;

    /** Bytes that a reply takes at most. */
    static final int BYTES = STATUS + StoreStatus.BYTES;

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
        NO_PARTNER,
        /** The reply says how the node is. */
        STATUS
    }

    /** Writes the reply, and returns its length in bytes. */
    int write(final MemorySegment memory, final long offset) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + ID, id);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset + OUTCOME, outcome.ordinal());
        if (outcome != Outcome.STATUS) {
            return STATUS;
        }
        status.write(memory, offset + STATUS);
        return BYTES;
    }

    /** Reads a reply; null if the node has sent what is none. */
    static Reply read(final MemorySegment memory, final long offset) {
        final int outcome = memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + OUTCOME);
        if (outcome < 0 || outcome >= Outcome.values().length) {
            return null;
        }
        return new Reply(memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + ID), Outcome.values()[outcome],
            outcome == Outcome.STATUS.ordinal() ? StoreStatus.read(memory, offset + STATUS) : null);
    }
}
