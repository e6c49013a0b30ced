// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.layout.ReceiveRequestLayout;

/**
 * A reusable request for a receive queue, which names the buffers one incoming message may fill ({@code struct
 * ibv_recv_wr}).
 *
 * <p>Allocate it once, modify it in place, and post it as often as needed. After construction, no method allocates. Not
 * thread-safe: only one thread at a time may use a request and those chained to it. The memory of a request is freed
 * when neither the request nor any request that was ever chained to it is reachable.
 */
public final class ReceiveRequest extends WorkRequest<ReceiveRequest> {

    private ReceiveRequest(final int maximumElements) {
        super(ReceiveRequestLayout.BYTES, maximumElements, 0);
    }

    @Override
    ReceiveRequest self() {
        return this;
    }

    /**
     * Allocates a request that names no buffer yet.
     *
     * @param maximumElements most local buffers it can name, 0 to 1024.
     * @return the request.
     * @throws IllegalArgumentException when the number is out of range.
     */
    public static ReceiveRequest allocate(final int maximumElements) {
        Ranges.check("maximumElements", maximumElements, 0, MAXIMUM_ELEMENTS);
        return new ReceiveRequest(maximumElements);
    }

    @Override
    public String toString() {
        return "ReceiveRequest[workRequestId=" + workRequestId() + commonText() + "]";
    }
}
