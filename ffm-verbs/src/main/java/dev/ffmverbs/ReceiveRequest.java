// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.layout.ReceiveRequestLayout;

/**
 * A reusable request for a receive queue: the buffers one incoming message may fill ({@code struct ibv_recv_wr}).
 *
 * <p>Allocate it once, patch it in place, post it as often as wanted. No method allocates after construction. Not
 * thread-safe: one thread at a time uses it and what is chained to it. Its memory is freed when neither it nor a
 * request that was ever in a chain with it is reachable.
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
     * Allocates a request that receives into no buffer until it is patched.
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
