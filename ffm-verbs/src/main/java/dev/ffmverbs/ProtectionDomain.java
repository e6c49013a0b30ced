// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_qp_init_attr;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A protection domain: memory and queue pairs of one domain work together, those of different ones do not
 * ({@code struct ibv_pd}). Thread-safe.
 */
public final class ProtectionDomain extends VerbsObject {

    private static final long PAGE_BYTES = 4096;

    private final Context context;
    private final ProtectionDomainOperations operations;

    ProtectionDomain(final Context context, final ProtectionDomainOperations operations) {
        super(context);
        this.context = context;
        this.operations = operations;
    }

    /**
     * The context this domain was allocated from.
     *
     * @return the context.
     */
    public Context context() {
        return context;
    }

    /**
     * Allocates zeroed memory and registers it ({@code ibv_reg_mr(3)}); the region owns the memory.
     *
     * @param lengthBytes bytes, at least 1; more than 2 GiB is fine.
     * @param access      what the local device and peers may do.
     * @return the region; its memory is freed when it is closed.
     * @throws VerbsException           when it cannot be registered; {@code ENOMEM} when the limit on locked memory
     *                                  ({@code ulimit -l}) is too low.
     * @throws IllegalArgumentException when the length is less than 1.
     * @throws OutOfMemoryError         when there is not so much memory.
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
     * Registers memory of the caller under its own address ({@code ibv_reg_mr(3)}); the region borrows the memory.
     *
     * <p>The region keeps the segment reachable. The caller must not close the segment's arena before the region: the
     * device would go on to write to memory that has become something else's.
     *
     * @param memory native memory of an arena that all threads may use; the device is one more thread.
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
     * Registers memory of the caller under a chosen address ({@code ibv_reg_mr_iova2(3)}); the region borrows it.
     *
     * <p>Peers and local requests name the segment's first byte {@code iova}, wherever it really is: this is how memory
     * gets a predetermined address.
     *
     * @param memory native memory of an arena that all threads may use; see {@link #register}.
     * @param iova   address of its first byte for peers; devices want its offset in a page to be the memory's own.
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
            result.adopted();
            return result;
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    private static void requireRegistrable(final MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory to register must be native, and this segment is on the heap: "
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
        if (!memory.isAccessibleBy(new Thread(() -> { }))) {
            throw new IllegalArgumentException("memory to register is confined to one thread: " + memory
                + "; allocate it from Arena.ofShared(), ofAuto() or global(), or use ProtectionDomain.allocate");
        }
    }

    /**
     * Creates a queue pair ({@code ibv_create_qp(3)}).
     *
     * @param configuration completion queues and sizes.
     * @return the queue pair, in state {@link QueuePairState#RESET}.
     * @throws VerbsException        when the device refuses, for example because a size is beyond its limits.
     * @throws IllegalStateException when this domain or one of the queues is closed.
     */
    public QueuePair createQueuePair(final QueuePairConfiguration configuration) {
        final CompletionQueue sendQueue = configuration.sendCompletionQueue();
        final CompletionQueue receiveQueue = configuration.receiveCompletionQueue();
        enter();
        sendQueue.enter();
        receiveQueue.enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_qp_init_attr.allocate(arena);
            configuration.writeTo(attributes);
            final QueuePair queuePair = new QueuePair(this, configuration, operations.createQueuePair(
                attributes, sendQueue.operations(), receiveQueue.operations(), null), attributes);
            queuePair.adopted();
            return queuePair;
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            receiveQueue.leave();
            sendQueue.leave();
            leave();
        }
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
