// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.cluster;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.RecordCondition;
import java.util.concurrent.TimeUnit;

/** READs a boot-status variable and examines it, and READs a torn one again: the heartbeat without its schedule. */
final class StatusReader {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int POLLS_PER_LOOK_AT_THE_CLOCK = 1 << 14;

    private final QueuePair queuePair;
    private final CompletionQueue completionQueue;
    private final WorkCompletions completions = WorkCompletions.allocate(1);
    private final SendRequest request;
    private final BootStatusView view;

    /**
     * Prepares to read.
     *
     * @param reader the end that reads, connected; its buffer takes the block.
     * @param owner  where the block is.
     */
    StatusReader(final Endpoint reader, final EndpointAddress owner) {
        queuePair = reader.queuePair();
        completionQueue = reader.sendQueue();
        request = SendRequest.allocate(1).read(owner.bufferAddress(), owner.rkey())
            .localMemory(reader.buffer(), 0, BootStatusVariable.LENGTH_BYTES);
        view = new BootStatusView(reader.buffer().segment());
    }

    /**
     * Reads so often, one after the other.
     *
     * @return how many delivered a whole block; ends with the first that fails or is not answered within a second.
     */
    long read(final int times) {
        int delivered = 0;
        while (delivered < times) {
            if (queuePair.postSend(request) != 1 || !awaitCompletion()) {
                return delivered;
            }
            if (view.examine() == RecordCondition.VALID) {
                delivered++;
            }
        }
        return delivered;
    }

    private boolean awaitCompletion() {
        final CompletionQueue queue = completionQueue;
        final long startNs = System.nanoTime();
        for (int polls = 1; queue.poll(completions) == 0; polls++) {
            if (polls % POLLS_PER_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - startNs > LIMIT_NS) {
                return false;
            }
        }
        return completions.succeeded(0);
    }

    /** The counter that was read last. */
    long heartbeat() {
        return view.heartbeat();
    }
}
