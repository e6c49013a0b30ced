// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import java.lang.foreign.MemorySegment;

/**
 * A queue pair that takes requests in batches, each built by calls instead of a structure ({@code struct ibv_qp_ex},
 * {@code ibv_wr_post(3)}).
 *
 * <pre>{@code
 * SendBatch batch = queuePair.start();
 * batch.workRequestId(1).write(remoteAddress, rkey).localMemory(region, 0, 64);
 * batch.workRequestId(2).signal(true).sendWithImmediate(7).inlineData(header);
 * batch.complete();
 * }</pre>
 *
 * <p>Nothing goes to the peer before {@link SendBatch#complete}; {@link SendBatch#abort} drops it all. Until then the
 * driver holds the send queue: do nothing in between that can block, and always end. One thread at a time has a batch
 * open. {@link #postSend} works too, outside of batches.
 */
public final class ExtendedQueuePair extends QueuePair {

    private final SendBatch batch;

    ExtendedQueuePair(
        final ProtectionDomain domain, final QueuePairConfiguration asked,
        final ExtendedQueuePairOperations operations, final MemorySegment given, final SendOperation... supported) {
        super(domain, asked, operations, given);
        this.batch = new SendBatch(this, operations, supported);
    }

    /**
     * Opens a batch ({@code ibv_wr_start(3)}).
     *
     * @return the batch, empty, with neither signaled, fenced nor solicited set; always the same object.
     * @throws VerbsException        {@code EINVAL} when this queue pair is not in a state to send.
     * @throws IllegalStateException when this queue pair is closed, or a batch is open already.
     */
    public SendBatch start() {
        enter();
        boolean started = false;
        try {
            requireSendingState("ibv_wr_start");
            batch.start();
            started = true;
            return batch;
        } finally {
            if (!started) {
                leave();
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException also when this thread has a batch open.
     */
    @Override
    public int postSend(final SendRequest request) {
        batch.owner().requireEnding();
        return super.postSend(request);
    }

    @Override
    void requireNoOpenBatch() {
        super.requireNoOpenBatch();
        batch.owner().requireEnding();
    }
}
