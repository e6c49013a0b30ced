// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.AsynchronousEventData;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.GidEntryLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** An open device: the factory of all its objects ({@code struct ibv_context}). Thread-safe. */
public final class Context extends VerbsObject {

    private static final int MAXIMUM_PORT = 255;
    private static final int MAXIMUM_GID_INDEX = 65_535;

    private final ContextOperations operations;

    /** The objects asynchronous events can name, by what the provider names them with. */
    private final Map<Object, VerbsObject> elements = new ConcurrentHashMap<>();

    /** Null when the provider has none. */
    private final ProcessBarrier processBarrier;

    Context(final Device device, final ContextOperations operations) {
        super(device);
        this.operations = operations;
        this.processBarrier = operations.processBarrier().orElse(null);
    }

    ProcessBarrier processBarrier() {
        return processBarrier;
    }

    /**
     * Reads the device's limits and capabilities ({@code ibv_query_device_ex(3)}).
     *
     * @return a snapshot.
     * @throws VerbsException        when the device cannot be queried.
     * @throws IllegalStateException when this context is closed.
     */
    public DeviceAttributes attributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            operations.queryDevice(attributes);
            return DeviceAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads the device's attributes beyond those every device has ({@code ibv_query_device_ex(3)}).
     *
     * @return a snapshot; what the device does not report is 0.
     * @throws VerbsException        when the device cannot be queried.
     * @throws IllegalStateException when this context is closed.
     */
    public ExtendedDeviceAttributes extendedAttributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            operations.queryDevice(attributes);
            return ExtendedDeviceAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * How many interrupt vectors completion queues can be spread over ({@code ibv_context.num_comp_vectors}).
     *
     * @return at least 1.
     * @throws IllegalStateException when this context is closed.
     */
    public int completionVectors() {
        enter();
        try {
            return operations.completionVectors();
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's attributes ({@code ibv_query_port(3)}, the whole structure).
     *
     * @param port port number, from 1.
     * @return a snapshot.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public PortAttributes portAttributes(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(PortAttributesLayout.LAYOUT);
            operations.queryPort(port, attributes);
            return PortAttributes.of(port, attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads one entry of a port's GID table ({@code ibv_query_gid_ex(3)}).
     *
     * @param port  port number, from 1.
     * @param index index in the table, from 0.
     * @return the entry, or empty when the place in the table is not filled.
     * @throws VerbsException           when port or index do not exist.
     * @throws IllegalArgumentException when a number is negative or absurd.
     * @throws IllegalStateException    when this context is closed.
     */
    public Optional<GidEntry> gid(final int port, final int index) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        Ranges.check("index", index, 0, MAXIMUM_GID_INDEX);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment entry = arena.allocate(GidEntryLayout.LAYOUT);
            return operations.queryGidEntry(port, index, entry) ? Optional.of(GidEntry.of(entry)) : Optional.empty();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's GID table.
     *
     * @param port port number, from 1.
     * @return the filled entries in the table's order.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public List<GidEntry> gidTable(final int port) {
        final int length = portAttributes(port).gidTableLength();
        final List<GidEntry> entries = new ArrayList<>();
        for (int index = 0; index < length; index++) {
            gid(port, index).ifPresent(entries::add);
        }
        return List.copyOf(entries);
    }

    /**
     * Reads a port's counters: packets, errors, retransmissions.
     *
     * <p>Devices of the kernel have those of {@code /sys/class/infiniband/DEVICE/ports/PORT}, in {@code hw_counters}
     * and {@code counters}; their names are the device's own. The kernel reads them again when they are some
     * milliseconds old, 10 unless set otherwise: what happened just now may be missing.
     *
     * @param port port number, from 1.
     * @return the counters by name, in the order of names.
     * @throws UnsupportedVerbException when the device has no counters.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public SortedMap<String, Long> portStatistics(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        enter();
        try {
            return Collections.unmodifiableSortedMap(new TreeMap<>(operations.portStatistics(port)));
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Waits for the next asynchronous event and takes it ({@code ibv_get_async_event(3)}, {@code
     * ibv_ack_async_event(3)}).
     *
     * @param timeout how long to wait; zero or less does not wait.
     * @return the event, or empty when none came in time, or when the context is closed or the (virtual) thread
     *     interrupted while it waited.
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

    /** The event with the object it concerns; empty when that object has been closed. */
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

    /** The object was closed. */
    void forget(final Object elementOperations) {
        elements.remove(elementOperations);
    }

    /**
     * Allocates a protection domain ({@code ibv_alloc_pd(3)}).
     *
     * @return the protection domain.
     * @throws VerbsException        when the device has no more.
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
     * @throws VerbsException        when it cannot be created, for example because there are too many open files.
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
     * Creates a completion queue that is polled ({@code ibv_create_cq(3)}).
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
     * Creates a completion queue that is read in place ({@code ibv_create_cq_ex(3)}).
     *
     * @param minimumEntries   completions it must be able to hold, at least 1; the device may give more.
     * @param channel          open channel of this context, or null for a queue that is only polled.
     * @param completionVector interrupt vector, from 0 to below {@link #completionVectors()}.
     * @return the completion queue.
     * @throws UnsupportedVerbException when the device has no such queues.
     * @throws VerbsException           when the device refuses, for example because it cannot hold that many.
     * @throws IllegalArgumentException when a number is out of range, or the channel is of another context.
     * @throws IllegalStateException    when this context or the channel is closed.
     */
    public ExtendedCompletionQueue createExtendedCompletionQueue(
        final int minimumEntries, final CompletionChannel channel, final int completionVector) {
        Ranges.check("minimumEntries", minimumEntries, 1, Integer.MAX_VALUE);
        requireOwn(channel);
        final VerbsObject[] needed = {this, channel};
        enterAll(needed);
        try (Arena arena = Arena.ofConfined()) {
            Ranges.check("completionVector", completionVector, 0, operations.completionVectors() - 1L);
            final MemorySegment attributes = arena.allocate(CompletionQueueCreationLayout.LAYOUT);
            attributes.set(JAVA_INT, CompletionQueueCreationLayout.ENTRIES, minimumEntries);
            attributes.set(JAVA_INT, CompletionQueueCreationLayout.COMPLETION_VECTOR, completionVector);
            attributes.set(JAVA_LONG, CompletionQueueCreationLayout.FIELDS, ExtendedCompletionQueue.FIELDS);
            final ExtendedCompletionQueue queue = new ExtendedCompletionQueue(this, channel,
                operations.createExtendedCompletionQueue(
                    attributes, channel == null ? null : channel.operations()));
            queue.makeKnown();
            return queue;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leaveAll(needed);
        }
    }

    private void requireOwn(final CompletionChannel channel) {
        if (channel != null && channel.context() != this) {
            throw new IllegalArgumentException(channel + " was created from another context than this " + this);
        }
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
        return "Context of " + device().name();
    }
}
