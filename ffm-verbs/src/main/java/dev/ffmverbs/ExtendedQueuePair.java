// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import java.lang.foreign.MemorySegment;

/**
 * A queue pair that takes requests in batches ({@code struct ibv_qp_ex}, {@code ibv_wr_post(3)}). Method calls build
 * each request, in place of a structure.
 *
 * <pre>{@code
 * SendBatch batch = queuePair.start();
 * batch.workRequestId(1).write(remoteAddress, rkey).localMemory(region, 0, 64);
 * batch.workRequestId(2).signal(true).sendWithImmediate(7).inlineData(header);
 * batch.complete();
 * }</pre>
 *
 * <p>Nothing is sent before {@link SendBatch#complete}. {@link SendBatch#abort} drops the whole batch. The driver locks
 * the send queue until one of the two is called, so do nothing in between that can block, and always call one of them.
 * One thread at a time can have a batch open. {@link #postSend} also works, outside of batches.
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
     * @return an empty batch with signaled, fenced and solicited off; always the same object.
     * @throws VerbsException        {@code EINVAL} when this queue pair is in a state that does not allow sends.
     * @throws IllegalStateException when this queue pair is closed, or a batch is already open.
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
