// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;

/**
 * Receives completions. This is a completion queue as the device sees it.
 *
 * <p>Called under the dispatch lock, once per completed request, in the order in which each queue was posted.
 */
public interface CompletionSink {

    /**
     * Records that a work request is complete.
     *
     * @param workRequestId identifier that the user posted it with.
     * @param status        one of {@link CompletionStatuses}.
     * @param vendorError   syndrome of the NAK that caused an error, else 0.
     * @param operation     one of {@link CompletionOpcodes}. Like all parameters that follow, defined for successes
     *                      only.
     * @param byteLength    bytes received, read or swapped, unsigned.
     * @param immediate     immediate data as a big-endian number, or the invalidated key. The flags state which.
     * @param flags         any of {@link CompletionFlags}.
     * @param queuePair     number of the queue pair.
     * @param solicited     whether the peer asked for an event.
     */
    void complete(
        long workRequestId, int status, int vendorError, int operation, int byteLength, int immediate, int flags,
        int queuePair, boolean solicited);

    /**
     * Records that a receive is complete with a datagram. A receiver of completions that does not report sources need
     * not implement this.
     *
     * @param workRequestId   identifier that the user posted the receive with.
     * @param byteLength      bytes received, including the global routing header.
     * @param immediate       immediate data as a big-endian number, if the flags state that there is any.
     * @param flags           any of {@link CompletionFlags}.
     * @param queuePair       number of the queue pair.
     * @param sourceQueuePair number of the queue pair that sent the datagram.
     * @param solicited       whether the sender asked for an event.
     */
    default void completeDatagram(
        final long workRequestId, final int byteLength, final int immediate, final int flags, final int queuePair,
        final int sourceQueuePair, final boolean solicited) {
        complete(workRequestId, CompletionStatuses.SUCCESS, 0, CompletionOpcodes.RECEIVE, byteLength, immediate, flags,
            queuePair, solicited);
    }
}
