// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;

/** A completion queue: where finished work requests are reported ({@code struct ibv_cq}). Thread-safe. */
public final class CompletionQueue extends VerbsObject {

    private final Context context;
    private final CompletionQueueOperations operations;

    CompletionQueue(final Context context, final CompletionQueueOperations operations) {
        super(context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * The context this queue was created from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    /**
     * How many completions it can hold; the application must not have more requests outstanding.
     *
     * @return at least the number asked for.
     */
    public int capacity() {
        return operations.capacity();
    }

    /**
     * Takes finished requests off the queue ({@code ibv_poll_cq(3)}); never blocks, never allocates.
     *
     * @param completions receives them; what it held is overwritten.
     * @return how many were taken, 0 when the queue is empty; the same as {@link WorkCompletions#count()}.
     * @throws VerbsException        when the queue is broken, for example after an overrun.
     * @throws IllegalStateException when this queue is closed.
     */
    public int poll(final WorkCompletions completions) {
        enter();
        try {
            final int taken = operations.poll(completions.capacity(), completions.address());
            if (taken < 0) {
                completions.polled(0);
                throw broken(taken);
            }
            completions.polled(taken);
            return taken;
        } finally {
            leave();
        }
    }

    private VerbsException broken(final int result) {
        return new VerbsException("ibv_poll_cq", "ibv_poll_cq(" + this + ") returned " + result
            + ": the completion queue is broken; it may have overrun, close it and its queue pairs", Math.abs(result));
    }

    CompletionQueueOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "CompletionQueue of " + operations.capacity() + " entries";
    }
}
