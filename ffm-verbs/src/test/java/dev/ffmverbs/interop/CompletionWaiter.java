// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Takes completions off a queue one at a time and waits for each, but not for ever. */
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
     * @param ended says that no completion need come any more.
     * @return whether there is one, in {@link #completion()}; false when it ended and the queue is empty.
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

    /** The completion taken last, at index 0. */
    WorkCompletions completion() {
        return one;
    }
}
