// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.RecordCondition;
import java.time.Duration;

/**
 * READs a boot-status variable and examines it, and repeats that if it is torn. This is the heartbeat without its
 * schedule.
 */
final class StatusReader {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final QueuePair queuePair;
    private final CompletionQueue completionQueue;
    private final WorkCompletions completions = WorkCompletions.allocate(1);
    private final SendRequest request;
    private final BootStatusView view;
    private final BusyWait wait = new BusyWait(LIMIT);

    /**
     * Creates a reader.
     *
     * @param reader the end that reads, connected; the block is read into its buffer.
     * @param owner  address of the end whose buffer contains the block.
     */
    StatusReader(final Endpoint reader, final EndpointAddress owner) {
        queuePair = reader.queuePair();
        completionQueue = reader.sendQueue();
        request = SendRequest.allocate(1).read(owner.bufferAddress(), owner.rkey())
            .localMemory(reader.buffer(), 0, BootStatusVariable.LENGTH_BYTES);
        view = new BootStatusView(reader.buffer().segment());
    }

    /**
     * Reads a number of times, one after the other. Ends with the first READ that fails or is not answered within a
     * second.
     *
     * @return number of READs that delivered a complete block.
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
        return wait.poll(completionQueue, completions) != 0 && completions.isSuccess(0);
    }

    /** Returns the counter that was read last. */
    long heartbeat() {
        return view.heartbeat();
    }
}
