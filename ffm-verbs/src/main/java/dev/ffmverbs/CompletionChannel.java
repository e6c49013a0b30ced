// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where completion queues announce completions, so that a thread can sleep until one comes ({@code struct
 * ibv_comp_channel}). Thread-safe.
 *
 * <p>A queue announces once per {@link CompletionQueue#requestNotification}, and only completions that come after the
 * call. So: ask, then poll until empty, then wait.
 *
 * <pre>{@code
 * queue.requestNotification(false);
 * while (queue.poll(completions) == 0) {
 *     channel.await(Duration.ofSeconds(1));
 *     queue.requestNotification(false);
 * }
 * }</pre>
 *
 * <p>A virtual thread that waits gives its carrier back.
 */
public final class CompletionChannel extends VerbsObject {

    private final Context context;
    private final CompletionChannelOperations operations;

    /** The queues that announce here, by what the provider names them with, as they are returned. */
    private final Map<CompletionQueueOperations, Optional<CompletionQueue>> queues = new ConcurrentHashMap<>();

    CompletionChannel(final Context context, final CompletionChannelOperations operations) {
        super(context.device(), context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * The context this channel was created from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    /**
     * The descriptor that becomes readable when an announcement waits, for {@code poll(2)} or {@code epoll(7)}.
     *
     * <p>It belongs to the channel: do not read or close it, call {@link #await} with {@link Duration#ZERO}.
     *
     * @return the descriptor; empty when the provider has none.
     * @throws IllegalStateException when this channel is closed.
     */
    public OptionalInt fileDescriptor() {
        enter();
        try {
            return operations.fileDescriptor();
        } finally {
            leave();
        }
    }

    /**
     * Waits for an announcement and takes it ({@code ibv_get_cq_event(3)}, {@code ibv_ack_cq_events(3)}).
     *
     * @param timeout how long to wait; zero or less does not wait, and takes no wake-up.
     * @return the queue that announced, or empty when none did in time, or when a {@link #wakeUp} ended this wait, the
     *     channel was closed or the (virtual) thread interrupted.
     * @throws VerbsException        when announcements cannot be read.
     * @throws IllegalStateException when this channel is closed.
     */
    public Optional<CompletionQueue> await(final Duration timeout) {
        final long timeoutNs = Ranges.nanoseconds(timeout);
        enter();
        try {
            final CompletionQueueOperations announced = operations.awaitEvent(timeoutNs);
            return announced == null ? Optional.empty() : queues.getOrDefault(announced, Optional.empty());
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Ends one wait in {@link #await}: that of a thread that waits now, or else the next one. The wait returns empty.
     *
     * <p>Every call ends one wait. So as many calls as threads wait let all of them return, also those that begin to
     * wait a little later; calls that nobody waited for end as many waits to come. An announcement that is there is
     * taken first, and the wake-up is left for the wait after it.
     *
     * @throws IllegalStateException when this channel is closed.
     */
    public void wakeUp() {
        enter();
        try {
            operations.wakeUp();
        } finally {
            leave();
        }
    }

    void add(final CompletionQueue queue) {
        queues.put(queue.operations(), Optional.of(queue));
    }

    void remove(final CompletionQueue queue) {
        queues.remove(queue.operations());
    }

    CompletionChannelOperations operations() {
        return operations;
    }

    @Override
    void endWaitingCalls() {
        operations.wakeUp();
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "CompletionChannel of " + device().name();
    }
}
