// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.lang.foreign.MemorySegment;

/** Makes what clients of this node share with a partner over one path. Thread-safe. */
public interface ClientResources {

    /**
     * Makes queue pairs that are not connected yet, and registers memory for the partner alone.
     *
     * @param ports      queue pairs to make.
     * @param queueDepth send and receive requests each may have outstanding.
     * @param memory     memory for the partner to READ, WRITE and change by atomics; null for none.
     * @return what was made.
     * @throws dev.ffmverbs.VerbsException when the device refuses.
     * @throws IllegalStateException       when this node leaves.
     */
    ClientGrant prepare(int ports, int queueDepth, MemorySegment memory);
}
