// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ring;

import java.lang.foreign.MemorySegment;

/** Receives messages of a ring where they are, so that reading copies and allocates nothing. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Called with each message, on the thread that reads.
     *
     * @param memory      the memory of the ring. The message is valid until this method returns.
     * @param offsetBytes offset of the message, a multiple of 16.
     * @param lengthBytes length of the message in bytes.
     */
    void onMessage(MemorySegment memory, long offsetBytes, int lengthBytes);
}
