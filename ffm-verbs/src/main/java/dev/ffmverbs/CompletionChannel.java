// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A channel on which completion queues announce completions, so that a thread can sleep until one arrives ({@code
 * struct ibv_comp_channel}). Thread-safe.
 *
 * <p>A queue makes one announcement per {@link CompletionQueue#requestNotification}, and only for completions that
 * arrive after that call. Request the notification first, then poll until the queue is empty, then wait.
 *
 * <pre>{@code
 * queue.requestNotification(false);
 * while (queue.poll(completions) == 0) {
 *     channel.await(Duration.ofSeconds(1));
 *     queue.requestNotification(false);
 * }
 * }</pre>
 *
 * <p>{@link CompletionQueue#await} does this for a queue that has the channel for itself.
 *
 * <p>A virtual thread releases its carrier while it waits. At the channel of a device of libibverbs, it looks for
 * announcements once a millisecond, because the JDK does not offer to wait for a descriptor. At the channel of a
 * software device, an announcement wakes it.
 */
public final class CompletionChannel extends ProviderObject {

    private final Context context;
    private final CompletionChannelOperations operations;

    /** The queues that announce here, by the provider's object for each, in the form {@link #await} returns. */
    private final Map<CompletionQueueOperations, Optional<CompletionQueue>> queues = new ConcurrentHashMap<>();

    /** Queues whose announcements were taken by a wait that was not for them. */
    private final Queue<CompletionQueue> givenBack = new ConcurrentLinkedQueue<>();

    CompletionChannel(final Context context, final CompletionChannelOperations operations) {
        super(context.device(), context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * Returns the context this channel was created from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    /**
     * Returns the file descriptor that becomes readable when an announcement is pending, for {@code poll(2)} or {@code
     * epoll(7)}.
     *
     * <p>The descriptor belongs to the channel. Do not read or close it; call {@link #await} with {@link Duration#ZERO}
     * when it is readable. A {@link #wakeUp} does not make it readable.
     *
     * <p>A software device opens a descriptor ({@code eventfd(2)}) when it is asked for the first time, by native
     * calls.
     *
     * @return the descriptor, the same each time and valid until this channel is closed; empty when the provider has
     *     none.
     * @throws UnsupportedVerbException when this is the channel of a software device, and native access is not granted.
     * @throws VerbsException           when the process has no descriptors left.
     * @throws IllegalStateException    when this channel is closed.
     */
    public OptionalInt fileDescriptor() {
        enter();
        try {
            return operations.fileDescriptor();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Waits for an announcement and takes it ({@code ibv_get_cq_event(3)}, {@code ibv_ack_cq_events(3)}).
     *
     * @param timeout how long to wait; zero or a negative time does not wait, and consumes no wake-up.
     * @return the queue that announced; empty when the time ran out, a {@link #wakeUp} ended this wait, the channel was
     *     closed, or the thread was interrupted. An interrupt ends a wait within 100 ms.
     * @throws VerbsException        when announcements cannot be read.
     * @throws IllegalStateException when this channel is closed.
     */
    public Optional<CompletionQueue> await(final Duration timeout) {
        return await(Ranges.nanoseconds(timeout));
    }

    Optional<CompletionQueue> await(final long timeoutNs) {
        enter();
        try {
            final CompletionQueue before = givenBack.poll();
            if (before != null) {
                return Optional.of(before);
            }
            final CompletionQueueOperations announced = operations.awaitEvent(timeoutNs);
            if (announced == null) {
                return Optional.ofNullable(givenBack.poll());
            }
            final Optional<CompletionQueue> queue = queues.getOrDefault(announced, Optional.empty());
            if (queue.isPresent()) {
                queue.get().noteAnnouncement();
            }
            return queue;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Ends one wait in {@link #await}: a wait in progress, or else the next one. The wait returns empty.
     *
     * <p>Each call ends one wait. One call per waiting thread therefore lets all of them return, including those that
     * start to wait slightly later. A call that finds no thread waiting ends one future wait. A pending announcement
     * takes precedence, and the wake-up then remains for the next wait.
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

    /** Lets another wait have an announcement. The queue got the channel while a wait for one queue was in progress. */
    void giveBack(final CompletionQueue queue) {
        givenBack.add(queue);
        if (!queues.containsKey(queue.operations())) {
            // It was closed, and nobody waits for it.
            givenBack.remove(queue);
        }
        wakeUp();
    }

    /** Refuses a wait that would take announcements of other queues. */
    void requireOnly(final CompletionQueue queue) {
        final int present = queues.size();
        if (present > 1) {
            throw new IllegalStateException(this + " has announcements of " + present + " queues; wait at the channel,"
                + " and poll the queue that CompletionChannel.await returns, or give " + queue
                + " a channel that no other queue has");
        }
    }

    /** Adds a queue, and ends the waits of a queue that had the channel for itself. */
    void add(final CompletionQueue queue) {
        queues.put(queue.operations(), Optional.of(queue));
        if (queues.size() > 1) {
            queues.values().forEach(each -> each.orElseThrow().endWait());
        }
    }

    void remove(final CompletionQueue queue) {
        queues.remove(queue.operations());
        givenBack.remove(queue);
    }

    @Override
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
