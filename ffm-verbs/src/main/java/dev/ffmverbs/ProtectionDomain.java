// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.MemoryRegionOperations;
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
 * A protection domain: a queue pair can use only memory of its own domain ({@code struct ibv_pd}). Thread-safe.
 */
public final class ProtectionDomain extends ProviderObject {

    private static final long PAGE_BYTES = 4096;

    /** Stands for the device, which accesses memory as another thread would. Never started. */
    private static final Thread ANOTHER_THREAD = Thread.ofPlatform().unstarted(() -> { });

    private final Context context;
    private final ProtectionDomainOperations operations;

    ProtectionDomain(final Context context, final ProtectionDomainOperations operations) {
        super(context.device(), context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * Returns the context this domain was allocated from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    /**
     * Allocates zeroed memory and registers it ({@code ibv_reg_mr(3)}). The region owns the memory.
     *
     * <p>Closing the region waits until no thread can access the memory, which takes tens of microseconds. A program
     * that registers memory for single transfers should keep the memory and use {@link #register}.
     *
     * @param lengthBytes length in bytes, at least 1; may exceed 2 GiB.
     * @param access      what the local device and peers may do.
     * @return the region; closing it frees its memory.
     * @throws VerbsException           when it cannot be registered; {@code ENOMEM} when the limit on locked memory
     *                                  ({@code ulimit -l}) is too low.
     * @throws IllegalArgumentException when the length is less than 1.
     * @throws OutOfMemoryError         when the memory cannot be allocated.
     * @throws IllegalStateException    when this domain is closed.
     */
    public MemoryRegion allocate(final long lengthBytes, final Access... access) {
        Ranges.check("lengthBytes", lengthBytes, 1, Long.MAX_VALUE);
        final Arena arena = Arena.ofShared();
        MemoryRegion region = null;
        try {
            final MemorySegment memory = arena.allocate(lengthBytes, PAGE_BYTES);
            region = register(memory, memory.address(), arena, access);
            return region;
        } finally {
            if (region == null) {
                arena.close();
            }
        }
    }

    /**
     * Registers the caller's memory under its own address ({@code ibv_reg_mr(3)}). The region borrows the memory.
     *
     * <p>The region keeps the segment reachable. The caller must not close the segment's arena before the region.
     * Otherwise the device continues to write to memory that may have a new use.
     *
     * @param memory native memory of an arena that all threads may use, because the device acts as another thread.
     * @param access what the local device and peers may do.
     * @return the region.
     * @throws VerbsException           when it cannot be registered; {@code ENOMEM} when the limit on locked memory
     *                                  ({@code ulimit -l}) is too low.
     * @throws IllegalArgumentException when the segment is on the heap, empty, read-only or confined to one thread.
     * @throws IllegalStateException    when the segment's arena or this domain is closed.
     */
    public MemoryRegion register(final MemorySegment memory, final Access... access) {
        return register(memory, memory.address(), null, access);
    }

    /**
     * Registers the caller's memory under a chosen address ({@code ibv_reg_mr_iova2(3)}). The region borrows the
     * memory.
     *
     * <p>Peers and local requests use {@code iova} as the address of the segment's first byte. Memory can thus have a
     * predetermined address.
     *
     * @param memory native memory of an arena that all threads may use; see {@link #register}.
     * @param iova   address of the first byte for peers; devices require the same offset within a page as the memory's.
     * @param access what the local device and peers may do.
     * @return the region.
     * @throws VerbsException           when it cannot be registered; {@code ENOMEM} when the limit on locked memory
     *                                  ({@code ulimit -l}) is too low.
     * @throws IllegalArgumentException when the segment is on the heap, empty, read-only or confined to one thread.
     * @throws IllegalStateException    when the segment's arena or this domain is closed.
     */
    public MemoryRegion registerAt(final MemorySegment memory, final long iova, final Access... access) {
        return register(memory, iova, null, access);
    }

    private MemoryRegion register(
        final MemorySegment memory, final long iova, final Arena ownedArena, final Access... access) {
        requireRegistrable(memory);
        enter();
        try {
            final MemoryRegionOperations region = operations.registerMemory(memory, iova, Access.bits(access));
            final MemoryRegion result = new MemoryRegion(this, region, memory, iova, ownedArena);
            result.joinParents();
            return result;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    static void requireRegistrable(final MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory to register must be native, but this segment is on the heap: "
                + memory + "; allocate it from an Arena");
        }
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("memory to register is freed: the arena of " + memory + " is closed");
        }
        if (memory.byteSize() == 0) {
            throw new IllegalArgumentException("memory to register is empty: " + memory);
        }
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("memory to register is read-only: " + memory);
        }
        if (!memory.isAccessibleBy(ANOTHER_THREAD)) {
            throw new IllegalArgumentException("memory to register is confined to one thread: " + memory
                + "; allocate it from Arena.ofShared(), ofAuto() or global(), or use ProtectionDomain.allocate");
        }
    }

    /**
     * Creates a queue pair ({@code ibv_create_qp(3)}).
     *
     * @param configuration completion queues and sizes.
     * @return the queue pair, in state {@link QueuePairState#RESET}.
     * @throws UnsupportedVerbException when the device lacks the type of queue pair, as iWARP lacks all but reliable
     *                                  connections.
     * @throws VerbsException           when the device refuses, for example because a size exceeds its limits.
     * @throws IllegalArgumentException when a queue belongs to another context or protection domain.
     * @throws IllegalStateException    when this domain or one of the queues is closed.
     */
    public QueuePair createQueuePair(final QueuePairConfiguration configuration) {
        return withQueuesOf(configuration, () -> {
            IwarpLimits.requireReliable(device(), "ibv_create_qp", configuration.type());
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment attributes = arena.allocate(QueuePairCreationLayout.LAYOUT);
                configuration.writeTo(attributes);
                final SharedReceiveQueue shared = configuration.sharedReceiveQueue();
                final QueuePair queuePair = new QueuePair(this, configuration, operations.createQueuePair(
                    attributes, configuration.sendCompletionQueue().operations(),
                    configuration.receiveCompletionQueue().operations(),
                    shared == null ? null : shared.operations()), QueuePairCreationLayout.capacities(attributes));
                queuePair.makeKnown();
                return queuePair;
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
     * @throws IllegalArgumentException when a queue belongs to another context or protection domain, or no operation
     *                                  is named.
     * @throws IllegalStateException    when this domain or one of the queues is closed.
     */
    public ExtendedQueuePair createExtendedQueuePair(
        final QueuePairConfiguration configuration, final SendOperation... sendOperations) {
        Ranges.check("number of send operations", sendOperations.length, 1, Integer.MAX_VALUE);
        return withQueuesOf(configuration, () -> {
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
                queuePair.makeKnown();
                return queuePair;
            }
        });
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
        if (sharedQueue != null && sharedQueue.protectionDomain() != this) {
            throw new IllegalArgumentException(sharedQueue + " belongs to another protection domain than " + this);
        }
        return createHolding(creation, this, sendQueue, receiveQueue, sharedQueue);
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
    public SharedReceiveQueue createSharedReceiveQueue(final int requests, final int scatterGatherElements) {
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
                return queue;
            }
        }, this);
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
    public AddressHandle createAddressHandle(final Gid destination, final int sourceGidIndex, final int port) {
        return createAddressHandle(AddressVector.of(destination, sourceGidIndex, port));
    }

    /**
     * Creates an address handle for a path ({@code ibv_create_ah(3)}).
     *
     * <p>To answer a datagram, take the path from {@link Context#pathToSender}.
     *
     * @param path the peer's address, and how datagrams reach it.
     * @return the handle.
     * @throws UnsupportedVerbException when the device has no address handles.
     * @throws VerbsException           when the device refuses, for example because the GID index does not exist, or
     *                                  because RoCE needs a GID and the path has none.
     * @throws IllegalStateException    when this domain is closed.
     */
    public AddressHandle createAddressHandle(final AddressVector path) {
        return createHolding(() -> {
            IwarpLimits.requireDatagrams(device());
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
    public MemoryWindow allocateMemoryWindow(final MemoryWindowType type) {
        return createHolding(() -> {
            final MemoryWindow window =
                new MemoryWindow(this, operations.allocateMemoryWindow(type.value()), type);
            window.joinParents();
            return window;
        }, this);
    }

    @Override
    ProtectionDomainOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "ProtectionDomain of " + context.device().name();
    }
}
