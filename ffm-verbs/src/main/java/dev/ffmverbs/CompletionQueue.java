// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.ref.Reference;

/**
 * A completion queue: where finished work requests are reported ({@code struct ibv_cq}). Thread-safe until confined.
 */
public sealed class CompletionQueue extends QueueObject permits ExtendedCompletionQueue {

    private final Context context;
    private final CompletionChannel channel;
    private final CompletionQueueOperations operations;
    private volatile int capacity;

    CompletionQueue(
        final Context context, final CompletionChannel channel, final CompletionQueueOperations operations) {
        super(context, context, channel);
        this.context = context;
        this.channel = channel;
        this.operations = operations;
        this.capacity = operations.capacity();
    }

    /** Makes this queue known to what it depends on, and to what announces events of it. */
    final void makeKnown() {
        if (channel != null) {
            channel.add(this);
        }
        context.remember(operations, this);
        joinParents();
    }

    /**
     * The context this queue was created from.
     *
     * @return the context.
     */
    public final Context context() {
        return context;
    }

    /**
     * How many completions it can hold; the application must not have more requests outstanding.
     *
     * @return at least the number asked for.
     */
    public final int capacity() {
        return capacity;
    }

    /**
     * Confines this queue to the calling thread, for the rest of its life: calls become cheaper, and other threads'
     * are refused.
     *
     * <p>A confined queue counts no calls in progress, and where the driver's part of a call is known to be short
     * and to stay in user space, keeps the thread from switching to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close it, and when this thread has ended, any.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method throws it then, too.
     * @throws IllegalStateException when this queue is closed, being read, or another thread's call on it is in
     *                               progress.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public final void confine() {
        confineToCurrentThread();
        operations.confine();
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
        final CallSlot slot = beginCall();
        try {
            final int taken = operations.poll(completions.capacity(), completions.memory());
            if (taken < 0) {
                completions.setCount(0);
                throw exceptionForResult("ibv_poll_cq", taken);
            }
            completions.setCount(taken);
            return taken;
        } finally {
            endCall(slot);
            Reference.reachabilityFence(completions);
        }
    }

    /**
     * Asks for one announcement on the channel at the next completion ({@code ibv_req_notify_cq(3)}).
     *
     * <p>Completions that are there already are not announced: poll after this call, before waiting.
     *
     * @param solicitedOnly whether only receives the peer marked as solicited, and failures, count.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue is closed or was created without a channel.
     */
    public final void requestNotification(final boolean solicitedOnly) {
        if (channel == null) {
            throw new IllegalStateException(this + " was created without a completion channel to announce on");
        }
        final CallSlot slot = beginCall();
        final int errno;
        try {
            errno = operations.requestNotification(solicitedOnly);
        } finally {
            endCall(slot);
        }
        if (errno != 0) {
            throw exceptionFor(
                new ProviderException("ibv_req_notify_cq", this + ", solicitedOnly=" + solicitedOnly, errno));
        }
    }

    /**
     * Changes how many completions it can hold ({@code ibv_resize_cq(3)}); completions that wait stay.
     *
     * @param minimumEntries completions it must be able to hold, at least 1.
     * @throws UnsupportedVerbException when the device cannot.
     * @throws VerbsException           when the device refuses, for example because more completions wait.
     * @throws IllegalArgumentException when the number is less than 1.
     * @throws IllegalStateException    when this queue is closed.
     */
    public final void resize(final int minimumEntries) {
        Ranges.check("minimumEntries", minimumEntries, 1, Integer.MAX_VALUE);
        requireNoOpenBatch();
        enter();
        try {
            operations.resize(minimumEntries);
            capacity = operations.capacity();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    final VerbsException exceptionForResult(final String verb, final int result) {
        return exceptionFor(new ProviderException(verb, toString(), Math.abs(result),
            "the completion queue is broken; it may have overrun, close it and its queue pairs"));
    }

    final CompletionQueueOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
        context.forget(operations);
        if (channel != null) {
            channel.remove(this);
        }
    }

    @Override
    public String toString() {
        return "CompletionQueue of " + capacity + " entries";
    }
}
