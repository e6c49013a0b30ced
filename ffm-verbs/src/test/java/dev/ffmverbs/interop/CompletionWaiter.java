// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Takes completions from a queue one at a time and waits a limited time for each. */
final class CompletionWaiter {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CompletionQueue queue;
    private final WorkCompletions one = WorkCompletions.allocate(1);

    CompletionWaiter(final CompletionQueue queue) {
        this.queue = queue;
    }

    /**
     * Waits for the next completion.
     *
     * @param ended returns whether no further completion is expected.
     * @return true if there is one in {@link #completion()}, false if {@code ended} holds and the queue is empty.
     */
    boolean await(final BooleanSupplier ended) {
        final long startNs = System.nanoTime();
        boolean lastChance = false;
        while (queue.poll(one) == 0) {
            if (lastChance) {
                return false;
            }
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("no completion on " + queue + " within " + LIMIT);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for a completion on " + queue);
            }
            lastChance = ended.getAsBoolean();
            Thread.onSpinWait();
        }
        return true;
    }

    /** Takes away all completions that are there. */
    void discardAll() {
        while (queue.poll(one) != 0) {
            Thread.onSpinWait();
        }
    }

    /** Returns the last completion, at index 0. */
    WorkCompletions completion() {
        return one;
    }
}
