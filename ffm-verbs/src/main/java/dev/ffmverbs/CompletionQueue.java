// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.CompletionQueueAttributeFlags;
import dev.ffmverbs.spi.layout.CompletionQueueAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * A completion queue, which reports finished work requests ({@code struct ibv_cq}). Thread-safe until confined.
 */
public sealed class CompletionQueue extends QueueObject permits ExtendedCompletionQueue {

    private static final int MAXIMUM_MODERATION = 65_535;

    private final Context context;
    private final CompletionChannel channel;
    private final CompletionQueueOperations operations;
    private final CompletionWait wait;
    private volatile int capacity;

    CompletionQueue(
        final Context context, final CompletionChannel channel, final CompletionQueueOperations operations) {
        this(context, channel, operations, null);
    }

    /** Creates a queue in a parent domain, which may be null. */
    CompletionQueue(
        final Context context, final CompletionChannel channel, final CompletionQueueOperations operations,
        final ParentDomain domain) {
        super(context, context, channel, domain);
        this.context = context;
        this.channel = channel;
        this.operations = operations;
        this.wait = new CompletionWait(this, channel);
        this.capacity = operations.capacity();
    }

    /** Registers this queue with its parents, and with the objects that announce its events. */
    final void makeKnown() {
        if (channel != null) {
            channel.add(this);
        }
        context.remember(operations, this);
        joinParents();
    }

    /**
     * Returns the context this queue was created from.
     *
     * @return the context.
     */
    public final Context context() {
        return context;
    }

    /**
     * Returns how many completions this queue can hold ({@code ibv_cq.cqe}).
     *
     * <p>The application must not have more requests outstanding; otherwise the queue overruns, and fails.
     *
     * @return the capacity, at least the number requested.
     */
    public final int capacity() {
        return capacity;
    }

    /**
     * Confines this queue to the calling thread for the rest of its life. Calls become cheaper, and calls by other
     * threads are refused.
     *
     * <p>A confined queue does not count calls in progress. Where the driver's part of a call is known to be short and
     * to stay in user space, the call also skips the thread's transition to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close the queue. After this thread has ended, any thread can.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method then throws it, too.
     * @throws IllegalStateException when this queue is closed, being read, or another thread's call on it is in
     *                               progress. Calls that only poll may be waited for instead.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public final void confine() {
        confineToCurrentThread();
        operations.confine();
    }

    /**
     * Removes finished requests from the queue ({@code ibv_poll_cq(3)}). Never blocks, never allocates.
     *
     * @param completions receives the completions; its former contents are overwritten.
     * @return how many were removed, 0 when the queue is empty; the same as {@link WorkCompletions#count()}.
     * @throws VerbsException        when the queue is broken, for example after an overrun.
     * @throws IllegalStateException when this queue is closed.
     */
    public int poll(final WorkCompletions completions) {
        final CallSlot slot = enterCall();
        try {
            final int taken = operations.poll(completions.capacity(), completions.memory());
            if (taken < 0) {
                completions.setCount(0);
                throw exceptionForResult("ibv_poll_cq", taken);
            }
            completions.setCount(taken);
            return taken;
        } finally {
            leave(slot);
            Reference.reachabilityFence(completions);
        }
    }

    /**
     * Removes finished requests from the queue, and waits for the first if there is none. A queue with a completion
     * channel lets the thread sleep there. Without a channel, the thread polls until the time has passed, which takes a
     * processor but notices a completion soonest.
     *
     * <p>Requests announcements itself. Any number of threads may wait for one queue. Allocates nothing, except for
     * a thread that waits for another one, and for a virtual thread.
     *
     * @param completions receives the completions; its former contents are overwritten.
     * @param timeout     how long to wait; zero or a negative time only polls.
     * @return how many were removed; 0 when the time has passed, {@link CompletionChannel#wakeUp} ended this wait, or
     *     the thread is interrupted. Its interrupt status stays set.
     * @throws VerbsException        when the queue is broken, for example after an overrun, or announcements cannot be
     *                               requested or read.
     * @throws IllegalStateException when this queue is closed, before or during the wait, or when its channel has
     *                               announcements of other queues as well, which this wait would take.
     */
    public final int await(final WorkCompletions completions, final Duration timeout) {
        final long timeoutNs = Ranges.nanoseconds(timeout);
        final int taken = poll(completions);
        return taken > 0 || timeoutNs == 0 ? taken : wait.await(completions, timeoutNs);
    }

    /**
     * Requests one announcement on the channel at the next completion ({@code ibv_req_notify_cq(3)}).
     *
     * <p>Completions already in the queue are not announced. Poll after this call and before waiting.
     *
     * @param solicitedOnly whether to announce only failures and receives that the peer marked as solicited.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue is closed or was created without a channel.
     */
    public final void requestNotification(final boolean solicitedOnly) {
        if (channel == null) {
            throw new IllegalStateException(this + " was created without a completion channel to announce on");
        }
        final CallSlot slot = enterCall();
        final int errno;
        try {
            errno = operations.requestNotification(solicitedOnly);
        } finally {
            leave(slot);
        }
        if (errno != 0) {
            throw exceptionFor(
                new ProviderException("ibv_req_notify_cq", this + ", solicitedOnly=" + solicitedOnly, errno));
        }
    }

    /**
     * Changes how many completions this queue can hold ({@code ibv_resize_cq(3)}). Completions in the queue are kept.
     *
     * @param minimumEntries completions it must be able to hold, at least 1; the device may give more.
     * @throws UnsupportedVerbException when the device cannot resize completion queues.
     * @throws VerbsException           when the device refuses, for example because the queue holds more completions.
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

    /**
     * Makes announcements on the channel wait for several completions ({@code ibv_modify_cq(3)} with {@code
     * IBV_CQ_ATTR_MODERATE}). The device then interrupts the processor less often.
     *
     * @param completions        completions that an announcement waits for, 0 to 65535; 0 and 1 end the wait.
     * @param periodMicroseconds how long it waits at most, in microseconds, 0 to 65535.
     * @throws UnsupportedVerbException when the device cannot moderate, such as Linux rxe and software devices.
     * @throws VerbsException           when the device refuses, for example because a number exceeds its limits, which
     *                                  {@link ExtendedDeviceAttributes} reports.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this queue is closed, or this thread is reading it in place.
     */
    public final void moderate(final int completions, final int periodMicroseconds) {
        Ranges.check("completions", completions, 0, MAXIMUM_MODERATION);
        Ranges.check("periodMicroseconds", periodMicroseconds, 0, MAXIMUM_MODERATION);
        requireNoOpenBatch();
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(CompletionQueueAttributesLayout.LAYOUT);
            attributes.set(
                JAVA_INT, CompletionQueueAttributesLayout.MASK, CompletionQueueAttributeFlags.MODERATION);
            attributes.set(JAVA_SHORT, CompletionQueueAttributesLayout.MODERATION_COUNT, (short) completions);
            attributes.set(JAVA_SHORT, CompletionQueueAttributesLayout.MODERATION_PERIOD, (short) periodMicroseconds);
            operations.modify(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Refuses a call that makes the driver remove completions from this queue while another thread may use it. Only a
     * queue without a lock needs this.
     */
    void requireRemovable() {
    }

    /** Takes note that an announcement of this queue was taken from the channel. */
    final void noteAnnouncement() {
        wait.noteAnnouncement();
    }

    /** Ends the sleep of a thread in {@link #await}, which may no longer wait at the channel. */
    final void endWait() {
        wait.end();
    }

    final VerbsException exceptionForResult(final String verb, final int result) {
        return exceptionFor(new ProviderException(verb, toString(), Math.abs(result),
            "the completion queue has failed, perhaps by an overrun; close it and its queue pairs"));
    }

    @Override
    final CompletionQueueOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
        context.forget(operations);
        if (channel != null) {
            channel.remove(this);
            wait.end();
        }
    }

    @Override
    public String toString() {
        return "CompletionQueue of " + capacity + " entries";
    }
}
