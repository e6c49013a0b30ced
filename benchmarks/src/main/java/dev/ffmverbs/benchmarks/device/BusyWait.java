// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * Polls continuously, as perftest does: without a pause instruction and without yielding. Unlike perftest it gives up
 * after a time limit, so that the run ends if the peer dies. Not thread-safe.
 */
public final class BusyWait {

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();

    private final WorkCompletions completion = WorkCompletions.allocate(1);
    private final PollLimit limit;

    /**
     * Creates a wait.
     *
     * @param limit longest duration of one wait.
     */
    public BusyWait(final Duration limit) {
        this.limit = new PollLimit(limit);
    }

    /**
     * Polls a queue until it has delivered a completion.
     *
     * @param queue queue to poll.
     * @param taken receives the completions.
     * @return number of completions; 0 if none came within the limit.
     */
    public int poll(final CompletionQueue queue, final WorkCompletions taken) {
        final int count = queue.poll(taken);
        return count != 0 ? count : pollAgain(queue, taken);
    }

    private int pollAgain(final CompletionQueue queue, final WorkCompletions taken) {
        final PollLimit limit = this.limit;
        limit.begin();
        int count = 0;
        while (count == 0 && !limit.countEmptyPoll()) {
            count = queue.poll(taken);
        }
        return count;
    }

    /**
     * Polls a queue until it has delivered one completion.
     *
     * @param queue queue to poll.
     * @throws OperationException if the operation failed, or no completion came within the limit.
     */
    public void awaitCompletion(final CompletionQueue queue) {
        final WorkCompletions taken = completion;
        if (poll(queue, taken) == 0) {
            throw new OperationException(
                "no completion on " + queue + " within " + limit + ": has the other end died?");
        }
        if (!taken.isSuccess(0)) {
            throw new OperationException("an operation failed: " + taken.describe(0));
        }
    }

    /**
     * Polls a byte that the peer writes until it has a value.
     *
     * @param memory      memory the peer writes to.
     * @param offsetBytes offset of the byte.
     * @param value       value to wait for.
     * @throws OperationException if the byte did not have the value within the limit.
     */
    public void awaitByte(final MemorySegment memory, final long offsetBytes, final byte value) {
        final PollLimit limit = this.limit;
        limit.begin();
        while ((byte) BYTE.getAcquire(memory, offsetBytes) != value) {
            if (limit.countEmptyPoll()) {
                throw new OperationException("the peer did not write " + value + " at offset " + offsetBytes
                    + " within " + limit + ": has it died?");
            }
        }
    }
}
