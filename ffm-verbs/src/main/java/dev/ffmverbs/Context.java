// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;


import dev.ffmverbs.spi.AsynchronousEventData;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An open device, the factory of all its objects ({@code struct ibv_context}). Thread-safe. */
public final class Context extends DeviceQueries {

    private final ContextOperations operations;

    /** The objects that asynchronous events can name, by the provider's object for each. */
    private final Map<Object, VerbsObject> elements = new ConcurrentHashMap<>();

    /** Null when the provider has none. */
    private final ProcessBarrier processBarrier;

    Context(final Device device, final ContextOperations operations) {
        super(device, operations);
        this.operations = operations;
        this.processBarrier = operations.processBarrier().orElse(null);
    }

    ProcessBarrier processBarrier() {
        return processBarrier;
    }

    /**
     * Waits for the next asynchronous event and takes it ({@code ibv_get_async_event(3)}, {@code
     * ibv_ack_async_event(3)}).
     *
     * @param timeout how long to wait; zero or a negative time does not wait.
     * @return the event; empty when the time ran out, the event's object is closed, this context is closed during the
     *     wait, or the thread is interrupted.
     * @throws VerbsException        when events cannot be read.
     * @throws IllegalStateException when this context is closed.
     */
    public Optional<AsynchronousEvent> nextAsynchronousEvent(final Duration timeout) {
        final long timeoutNs = Ranges.nanoseconds(timeout);
        enter();
        try {
            final AsynchronousEventData event = operations.nextAsynchronousEvent(timeoutNs);
            return event == null ? Optional.empty() : eventOf(event);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /** Pairs the event with its object. Empty when that object has been closed. */
    private Optional<AsynchronousEvent> eventOf(final AsynchronousEventData event) {
        final AsynchronousEventType type = AsynchronousEventType.of(event.type());
        if (event.element() == null) {
            return Optional.of(event.port() == 0
                ? new AsynchronousEvent.OfDevice(type) : new AsynchronousEvent.OfPort(type, event.port()));
        }
        return Optional.ofNullable(elements.get(event.element())).map(element -> switch (element) {
            case QueuePair queuePair -> new AsynchronousEvent.OfQueuePair(type, queuePair);
            case CompletionQueue queue -> new AsynchronousEvent.OfCompletionQueue(type, queue);
            case SharedReceiveQueue queue -> new AsynchronousEvent.OfSharedReceiveQueue(type, queue);
            default -> throw new IllegalStateException("no event concerns a " + element);
        });
    }

    /** Lets asynchronous events name an object. */
    void remember(final Object elementOperations, final VerbsObject element) {
        elements.put(elementOperations, element);
    }

    /** Removes a closed object. */
    void forget(final Object elementOperations) {
        elements.remove(elementOperations);
    }

    /**
     * Allocates a protection domain ({@code ibv_alloc_pd(3)}).
     *
     * @return the protection domain.
     * @throws VerbsException        when the device has no protection domain left.
     * @throws IllegalStateException when this context is closed.
     */
    public ProtectionDomain allocateProtectionDomain() {
        enter();
        try {
            final ProtectionDomain domain = new ProtectionDomain(this, operations.allocateProtectionDomain());
            domain.joinParents();
            return domain;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Creates a completion channel ({@code ibv_create_comp_channel(3)}).
     *
     * @return the channel.
     * @throws VerbsException        when the channel cannot be created, for example because too many files are open.
     * @throws IllegalStateException when this context is closed.
     */
    public CompletionChannel createCompletionChannel() {
        enter();
        try {
            final CompletionChannel channel = new CompletionChannel(this, operations.createCompletionChannel());
            channel.joinParents();
            return channel;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Creates a completion queue without a channel ({@code ibv_create_cq(3)}).
     *
     * @param minimumEntries completions it must be able to hold, at least 1; the device may give more.
     * @return the completion queue.
     * @throws VerbsException           when the device refuses, for example because it cannot hold that many.
     * @throws IllegalArgumentException when the number is less than 1.
     * @throws IllegalStateException    when this context is closed.
     */
    public CompletionQueue createCompletionQueue(final int minimumEntries) {
        return createCompletionQueue(minimumEntries, null, 0);
    }

    /**
     * Creates a completion queue that announces completions on a channel ({@code ibv_create_cq(3)}).
     *
     * @param minimumEntries   completions it must be able to hold, at least 1; the device may give more.
     * @param channel          open channel of this context, or null for a queue that is only polled.
     * @param completionVector interrupt vector, from 0 to below {@link #completionVectors()}.
     * @return the completion queue.
     * @throws VerbsException           when the device refuses, for example because it cannot hold that many.
     * @throws IllegalArgumentException when a number is out of range, or the channel is of another context.
     * @throws IllegalStateException    when this context or the channel is closed.
     */
    public CompletionQueue createCompletionQueue(
        final int minimumEntries, final CompletionChannel channel, final int completionVector) {
        Ranges.check("minimumEntries", minimumEntries, 1, Integer.MAX_VALUE);
        requireOwn(channel);
        final VerbsObject[] needed = {this, channel};
        enterAll(needed);
        try {
            Ranges.check("completionVector", completionVector, 0, operations.completionVectors() - 1L);
            final CompletionQueue queue = new CompletionQueue(this, channel, operations.createCompletionQueue(
                minimumEntries, channel == null ? null : channel.operations(), completionVector));
            queue.makeKnown();
            return queue;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leaveAll(needed);
        }
    }

    /**
     * Creates a completion queue that is read in place, with the fields that are always there ({@code
     * ibv_create_cq_ex(3)}).
     *
     * @param minimumEntries   completions it must be able to hold, at least 1; the device may give more.
     * @param channel          open channel of this context, or null for a queue that is only polled.
     * @param completionVector interrupt vector, from 0 to below {@link #completionVectors()}.
     * @return the completion queue.
     * @throws UnsupportedVerbException when the device has no extended completion queues.
     * @throws VerbsException           when the device refuses, for example because it cannot hold that many.
     * @throws IllegalArgumentException when a number is out of range, or the channel is of another context.
     * @throws IllegalStateException    when this context or the channel is closed.
     */
    public ExtendedCompletionQueue createExtendedCompletionQueue(
        final int minimumEntries, final CompletionChannel channel, final int completionVector) {
        return createExtendedCompletionQueue(CompletionQueueConfiguration.of(minimumEntries)
            .withChannel(channel).withCompletionVector(completionVector));
    }

    /**
     * Creates a completion queue that is read in place ({@code ibv_create_cq_ex(3)}).
     *
     * @param configuration its size, the fields of its completions, and who uses it.
     * @return the completion queue; confined to the calling thread if it works without a lock.
     * @throws UnsupportedVerbException when the device has no extended completion queues, or lacks one of the fields.
     * @throws VerbsException           when the device refuses, for example because it cannot hold that many.
     * @throws IllegalArgumentException when the vector does not exist, or the channel or the domain is of another
     *                                  context.
     * @throws WrongThreadException     when the thread domain of the parent domain belongs to another thread.
     * @throws IllegalStateException    when this context, the channel or the domain is closed.
     */
    public ExtendedCompletionQueue createExtendedCompletionQueue(final CompletionQueueConfiguration configuration) {
        final CompletionChannel channel = configuration.channel();
        final ParentDomain domain = configuration.parentDomain();
        requireOwn(channel);
        if (domain != null && domain.context() != this) {
            throw new IllegalArgumentException(domain + " was allocated from another context than " + this);
        }
        final VerbsObject[] needed = {this, channel, domain, domain == null ? null : domain.threadDomain()};
        enterAll(needed);
        try (Arena arena = Arena.ofConfined()) {
            Ranges.check("completionVector", configuration.completionVector(), 0, operations.completionVectors() - 1L);
            final MemorySegment attributes = arena.allocate(CompletionQueueCreationLayout.LAYOUT);
            configuration.writeTo(attributes);
            final ExtendedCompletionQueue queue = new ExtendedCompletionQueue(this, configuration,
                operations.createExtendedCompletionQueue(attributes, channel == null ? null : channel.operations(),
                    domain == null ? null : domain.operations()));
            queue.makeKnown();
            if (configuration.isUnlocked()) {
                queue.confineOrClose(queue::confine);
            }
            return queue;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leaveAll(needed);
        }
    }

    /**
     * Allocates a thread domain of the calling thread ({@code ibv_alloc_td(3)}).
     *
     * @return the thread domain, confined to the calling thread.
     * @throws UnsupportedVerbException when the device has no thread domains.
     * @throws VerbsException           when the device has no thread domain left.
     * @throws IllegalStateException    when this context is closed.
     */
    public ThreadDomain allocateThreadDomain() {
        enter();
        try {
            final ThreadDomain domain = new ThreadDomain(this, operations.allocateThreadDomain());
            domain.joinParents();
            domain.confineOrClose(domain::confineToCurrentThread);
            return domain;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    private void requireOwn(final CompletionChannel channel) {
        if (channel != null && channel.context() != this) {
            throw new IllegalArgumentException(channel + " was created from another context than " + this);
        }
    }

    @Override
    void endWaitingCalls() {
        operations.wakeUp();
    }

    @Override
    ContextOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "Context of " + device().name();
    }
}
