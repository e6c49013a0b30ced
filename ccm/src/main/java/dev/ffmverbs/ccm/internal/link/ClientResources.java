// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import java.lang.foreign.MemorySegment;

/** Creates what clients of this node share with a partner over one path. Thread-safe. */
public interface ClientResources {

    /**
     * Creates queue pairs that are not connected yet, and registers memory for this partner only.
     *
     * @param ports      number of queue pairs to create.
     * @param queueDepth send requests, and receive requests, that each may have outstanding.
     * @param memory     memory that the partner may READ, WRITE and change by atomics; null for none.
     * @return the queue pairs and the memory.
     * @throws dev.ffmverbs.VerbsException if the device refuses.
     * @throws IllegalStateException       if this node is leaving.
     */
    ClientGrant prepare(int ports, int queueDepth, MemorySegment memory);
}
