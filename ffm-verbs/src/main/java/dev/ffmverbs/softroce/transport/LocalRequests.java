// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.WindowTable;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;

/** Executes the requests that need no peer: binds of memory windows, and invalidations of local keys. */
final class LocalRequests {

    private final SendQueue queue;
    private final WindowTable windows;
    private final int protectionDomain;
    private final int queuePair;

    LocalRequests(
        final SendQueue queue, final WindowTable windows, final int protectionDomain, final int queuePair) {
        this.queue = queue;
        this.windows = windows;
        this.protectionDomain = protectionDomain;
        this.queuePair = queuePair;
    }

    /**
     * Executes a request.
     *
     * @param slot slot of a {@linkplain RequestPackets#isLocal local} request.
     * @return {@link SendQueue#EXECUTED}, or the status that the request fails with.
     */
    int execute(final long slot) {
        if (queue.operation(slot) == WorkRequestOpcodes.LOCAL_INVALIDATE) {
            return windows.invalidate(queue.immediate(slot), protectionDomain, queuePair)
                ? SendQueue.EXECUTED : CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR;
        }
        return windows.bind(queue.immediate(slot), queue.rkey(slot), queue.regionKey(slot), queue.remoteAddress(slot),
            queue.bindBytes(slot), queue.windowRights(slot), protectionDomain, queuePair)
            ? SendQueue.EXECUTED : CompletionStatuses.MEMORY_WINDOW_BIND_ERROR;
    }
}
