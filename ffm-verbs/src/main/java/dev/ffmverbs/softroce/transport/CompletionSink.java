// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;

/**
 * Takes completions: a completion queue, seen from the device.
 *
 * <p>Called under the dispatch lock, once per completed request, in the order of posting per send or receive queue.
 */
public interface CompletionSink {

    /**
     * Notes that a work request is complete.
     *
     * @param workRequestId what the user posted it under.
     * @param status        one of {@link CompletionStatuses}.
     * @param vendorError   syndrome of the NAK behind an error, else 0.
     * @param operation     one of {@link CompletionOpcodes}; defined for successes only, like all that follow.
     * @param byteLength    bytes received, read or swapped, unsigned.
     * @param immediate     immediate data as a big-endian number, or the key invalidated; which one, the flags say.
     * @param flags         any of {@link CompletionFlags}.
     * @param queuePair     number of the queue pair.
     * @param solicited     whether the peer asked to raise an event.
     */
    void complete(
        long workRequestId, int status, int vendorError, int operation, int byteLength, int immediate, int flags,
        int queuePair, boolean solicited);
}
