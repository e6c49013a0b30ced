// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueuePairCreationFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedQueuePairCreationLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import dev.ffmverbs.spi.layout.SharedReceiveQueueCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A protection domain: a queue pair can use only memory of the same domain ({@code struct ibv_pd}). Thread-safe.
 */
public sealed class ProtectionDomain extends DomainMemory permits ParentDomain {

    private final Context context;
    private final ProtectionDomainOperations operations;

    ProtectionDomain(final Context context, final ProtectionDomainOperations operations) {
        this(context, operations, null, null);
    }

    /** Creates a domain within another. */
    ProtectionDomain(
        final Context context, final ProtectionDomainOperations operations, final ProtectionDomain shared,
        final ThreadDomain threadDomain) {
        super(context.device(), operations, context, shared, threadDomain);
        this.context = context;
        this.operations = operations;
    }

    /** Returns the domain that owns the memory of this one. */
    ProtectionDomain memoryDomain() {
        return this;
    }

    /** Returns the domain of the only thread that uses the queues created here; null when any thread may. */
    ThreadDomain threadDomain() {
        return null;
    }

    /**
     * Allocates a domain that shares the memory of this one, for the queues of one thread ({@code
     * ibv_alloc_parent_domain(3)}).
     *
     * @param threadDomain open thread domain of the same context and of the calling thread, or null for queues that any
     *                     thread may use.
     * @return the parent domain.
     * @throws UnsupportedVerbException when the device has no parent domains.
     * @throws VerbsException           when the device refuses.
     * @throws IllegalArgumentException when the thread domain is of another context.
     * @throws WrongThreadException     when the thread domain belongs to another thread.
     * @throws IllegalStateException    when this domain or the thread domain is closed.
     */
    public final ParentDomain allocateParentDomain(final ThreadDomain threadDomain) {
        if (threadDomain != null && threadDomain.context() != context) {
            throw new IllegalArgumentException(threadDomain + " was allocated from another context than " + this);
        }
        final ProtectionDomain shared = memoryDomain();
        return createHolding(() -> {
            final ParentDomain domain = new ParentDomain(shared, threadDomain, shared.operations.allocateParentDomain(
                threadDomain == null ? null : threadDomain.operations()));
            domain.joinParents();
            return domain;
        }, shared, this, threadDomain);
    }

    /**
     * Returns the context this domain was allocated from.
     *
     * @return the context.
     */
    public final Context context() {
        return context;
    }

    /**
     * Creates a queue pair ({@code ibv_create_qp(3)}).
     *
     * @param configuration completion queues and sizes.
     * @return the queue pair, in state {@link QueuePairState#RESET}.
     * @throws UnsupportedVerbException when the device lacks the type of queue pair, as iWARP lacks all but reliable
     *                                  connections.
     * @throws VerbsException           when the device refuses, for example because a size exceeds its limits.
     * @throws IllegalArgumentException when a queue belongs to another context or protection domain, or the shared
     *                                  receive queue was created with a thread domain and other threads can use this
     *                                  queue pair or its receive completion queue.
     * @throws WrongThreadException     when a queue, or the thread domain of this domain, belongs to another thread.
     * @throws IllegalStateException    when this domain or one of the queues is closed.
     */
    public final QueuePair createQueuePair(final QueuePairConfiguration configuration) {
        return withQueuesOf(configuration, () -> {
            IwarpLimits.requireReliable(device(), "ibv_create_qp", configuration.type());
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment attributes = arena.allocate(QueuePairCreationLayout.LAYOUT);
                IwarpLimits.withPlaces(device(), configuration).writeTo(attributes);
                final SharedReceiveQueue shared = configuration.sharedReceiveQueue();
                final QueuePair queuePair = new QueuePair(this, configuration, operations.createQueuePair(
                    attributes, configuration.sendCompletionQueue().operations(),
                    configuration.receiveCompletionQueue().operations(),
                    shared == null ? null : shared.operations()), QueuePairCreationLayout.capacities(attributes));
                return introduce(queuePair);
            }
        });
    }

    /**
     * Creates a queue pair that takes requests in batches ({@code ibv_create_qp_ex(3)}).
     *
     * @param configuration  completion queues and sizes.
     * @param sendOperations every operation it will send, at least one.
     * @return the queue pair, in state {@link QueuePairState#RESET}.
     * @throws UnsupportedVerbException when the device has no extended queue pairs, or lacks one of the operations.
     * @throws VerbsException           when the device refuses, for example because a size exceeds its limits.
     * @throws IllegalArgumentException as for {@link #createQueuePair}, or when no operation is named.
     * @throws WrongThreadException     as for {@link #createQueuePair}.
     * @throws IllegalStateException    when this domain or one of the queues is closed.
     */
    public final ExtendedQueuePair createExtendedQueuePair(
        final QueuePairConfiguration configuration, final SendOperation... sendOperations) {
        Ranges.check("number of send operations", sendOperations.length, 1, Integer.MAX_VALUE);
        return withQueuesOf(configuration, () -> {
            IwarpLimits.requireReliable(device(), "ibv_create_qp_ex", configuration.type());
            SendOperation.requireAnswers(configuration.type(), sendOperations);
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment attributes = arena.allocate(ExtendedQueuePairCreationLayout.LAYOUT);
                configuration.writeTo(attributes);
                attributes.set(
                    JAVA_INT, ExtendedQueuePairCreationLayout.PRESENT_FIELDS, QueuePairCreationFlags.SEND_OPERATIONS);
                attributes.set(
                    JAVA_LONG, ExtendedQueuePairCreationLayout.SEND_OPERATIONS, SendOperation.bits(sendOperations));
                final SharedReceiveQueue shared = configuration.sharedReceiveQueue();
                final ExtendedQueuePair queuePair = new ExtendedQueuePair(this, configuration,
                    operations.createExtendedQueuePair(attributes, configuration.sendCompletionQueue().operations(),
                        configuration.receiveCompletionQueue().operations(),
                        shared == null ? null : shared.operations()),
                    QueuePairCreationLayout.capacities(attributes), sendOperations);
                return introduce(queuePair);
            }
        });
    }

    private <T extends QueuePair> T introduce(final T queuePair) {
        queuePair.makeKnown();
        if (threadDomain() != null) {
            queuePair.confineOrClose(queuePair::confine);
        }
        return queuePair;
    }

    /** Creates an object in the provider and wraps it. */
    private interface Creation<T> {
        T create() throws ProviderException;
    }

    private <T> T withQueuesOf(final QueuePairConfiguration configuration, final Creation<T> creation) {
        final CompletionQueue sendQueue = configuration.sendCompletionQueue();
        final CompletionQueue receiveQueue = configuration.receiveCompletionQueue();
        final SharedReceiveQueue sharedQueue = configuration.sharedReceiveQueue();
        requireOwn(sendQueue);
        requireOwn(receiveQueue);
        if (sharedQueue != null && sharedQueue.protectionDomain().memoryDomain() != memoryDomain()) {
            throw new IllegalArgumentException(sharedQueue + " belongs to another protection domain than " + this);
        }
        if (sharedQueue != null && sharedQueue.protectionDomain().threadDomain() != null) {
            requireOneThread(receiveQueue, sharedQueue);
        }
        return createHolding(creation, this, threadDomain(), sendQueue, receiveQueue, sharedQueue);
    }

    /**
     * Refuses a queue pair that another thread could close, or whose receives another thread could take. Both return
     * places to the shared receive queue, which has no lock.
     */
    private void requireOneThread(final CompletionQueue receiveQueue, final SharedReceiveQueue sharedQueue) {
        if (threadDomain() == null || !receiveQueue.isConfinedTo(Thread.currentThread())) {
            throw new IllegalArgumentException(sharedQueue + " has no lock, because it was created with a thread"
                + " domain; create the queue pair with a thread domain of the same thread, and confine " + receiveQueue
                + " to this thread first");
        }
    }

    private void requireOwn(final CompletionQueue queue) {
        if (queue.context() != context) {
            throw new IllegalArgumentException(queue + " was created from another context than " + this);
        }
        queue.requireNoOpenBatch();
    }

    private <T> T createHolding(final Creation<T> creation, final VerbsObject... needed) {
        enterAll(needed);
        try {
            return creation.create();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leaveAll(needed);
        }
    }

    /**
     * Creates a shared receive queue ({@code ibv_create_srq(3)}).
     *
     * @param requests              receive requests the queue must hold, at least 1; the device may give more.
     * @param scatterGatherElements local buffers a request may name, at least 0.
     * @return the queue.
     * @throws UnsupportedVerbException when the device has no shared receive queues.
     * @throws VerbsException           when the device refuses, for example because a size exceeds its limits.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final SharedReceiveQueue createSharedReceiveQueue(final int requests, final int scatterGatherElements) {
        Ranges.check("requests", requests, 1, Integer.MAX_VALUE);
        Ranges.check("scatterGatherElements", scatterGatherElements, 0, Integer.MAX_VALUE);
        return createHolding(() -> {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment attributes = arena.allocate(SharedReceiveQueueCreationLayout.LAYOUT);
                final MemorySegment sizes = SharedReceiveQueueCreationLayout.attributes(attributes);
                sizes.set(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS, requests);
                sizes.set(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS, scatterGatherElements);
                final SharedReceiveQueue queue =
                    new SharedReceiveQueue(this, operations.createSharedReceiveQueue(attributes));
                context.remember(queue.operations(), queue);
                queue.joinParents();
                if (threadDomain() != null) {
                    queue.confineOrClose(queue::confine);
                }
                return queue;
            }
        }, this, threadDomain());
    }

    /**
     * Creates an address handle, the route of datagrams to a peer ({@code ibv_create_ah(3)}).
     *
     * @param destination    the peer's GID.
     * @param sourceGidIndex index of the local GID in the port's GID table, 0 to 255; its type must match the peer's.
     * @param port           local port number, from 1 to 255.
     * @return the handle.
     * @throws UnsupportedVerbException when the device has no address handles.
     * @throws VerbsException           when the device refuses, for example because the GID index does not exist.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final AddressHandle createAddressHandle(final Gid destination, final int sourceGidIndex, final int port) {
        return createAddressHandle(AddressVector.of(destination, sourceGidIndex, port));
    }

    /**
     * Creates an address handle for a path ({@code ibv_create_ah(3)}).
     *
     * <p>To answer a datagram, take the path from {@link Context#pathToSender}.
     *
     * @param path the peer's address, and how datagrams reach it.
     * @return the handle.
     * @throws UnsupportedVerbException when the device has no address handles, or the path has no GID and the port is
     *                                  Ethernet, as for RoCE.
     * @throws VerbsException           when the device refuses, for example because the GID index does not exist.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final AddressHandle createAddressHandle(final AddressVector path) {
        return createHolding(() -> {
            IwarpLimits.requireDatagrams(device(), "ibv_create_ah");
            path.requireRoute(context, "ibv_create_ah");
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment attributes = arena.allocate(AddressAttributesLayout.LAYOUT);
                path.write(attributes);
                final AddressHandle handle = new AddressHandle(this, operations.createAddressHandle(attributes), path);
                handle.joinParents();
                return handle;
            }
        }, this);
    }

    /**
     * Allocates an unbound memory window ({@code ibv_alloc_mw(3)}).
     *
     * @param type how the window will be bound.
     * @return the window.
     * @throws UnsupportedVerbException when the device has no memory windows.
     * @throws VerbsException           when the device refuses, for example because it has no window left.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final MemoryWindow allocateMemoryWindow(final MemoryWindowType type) {
        return createHolding(() -> {
            final MemoryWindow window =
                new MemoryWindow(this, operations.allocateMemoryWindow(type.value()), type);
            window.joinParents();
            return window;
        }, this);
    }

    @Override
    final ProtectionDomainOperations operations() {
        return operations;
    }

    @Override
    final void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "ProtectionDomain of " + context.device().name();
    }
}
