// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory of a protection domain: what registers it. */
abstract sealed class DomainMemory extends ProviderObject permits ProtectionDomain {

    private static final long PAGE_BYTES = 4096;

    /** Stands for the device, which accesses memory as another thread would. Never started. */
    private static final Thread ANOTHER_THREAD = Thread.ofPlatform().unstarted(() -> { });

    private final ProtectionDomainOperations operations;

    DomainMemory(final Device device, final ProtectionDomainOperations operations, final VerbsObject... parents) {
        super(device, parents);
        this.operations = operations;
    }

    private ProtectionDomain domain() {
        return (ProtectionDomain) this;
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
    public final MemoryRegion allocate(final long lengthBytes, final Access... access) {
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
    public final MemoryRegion register(final MemorySegment memory, final Access... access) {
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
    public final MemoryRegion registerAt(final MemorySegment memory, final long iova, final Access... access) {
        return register(memory, iova, null, access);
    }

    /**
     * Registers all memory of this process, now and later ({@code ibv_reg_mr(3)} with address NULL and length {@code
     * SIZE_MAX}, implicit on-demand paging). Needs no further registration.
     *
     * <p>Offsets in the region are addresses. A request or a peer with its key can read or write anything in this
     * process, and thereby end it, which no other region allows. Grant remote rights to trusted peers only.
     *
     * @param access what the local device and peers may do; {@link Access#ON_DEMAND} is implied.
     * @return the region; its {@link MemoryRegion#segment} is empty.
     * @throws UnsupportedVerbException when the device has no implicit on-demand paging, as Linux rxe and software
     *                                  devices.
     * @throws VerbsException           when it cannot be registered.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final MemoryRegion registerAddressSpace(final Access... access) {
        return register(() -> operations.registerAddressSpace(Access.bits(access) | AccessFlags.ON_DEMAND),
            MemorySegment.NULL, Long.MAX_VALUE, 0, null);
    }

    /**
     * Registers memory of another device, such as that of a graphics processor ({@code ibv_reg_dmabuf_mr(3)}).
     *
     * @param descriptor  file descriptor of a dma-buf, which may be closed afterwards.
     * @param offsetBytes offset of the region in it, at least 0.
     * @param lengthBytes length of the region in bytes, at least 1.
     * @param iova        address of its first byte for peers and local requests.
     * @param access      what the local device and peers may do.
     * @return the region; its {@link MemoryRegion#segment} is empty.
     * @throws UnsupportedVerbException when the device cannot access such memory, as Linux rxe and software devices.
     * @throws VerbsException           when it cannot be registered; {@code EBADF} when the descriptor is not open.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this domain is closed.
     */
    public final MemoryRegion registerDmabuf(
        final int descriptor, final long offsetBytes, final long lengthBytes, final long iova,
        final Access... access) {
        Ranges.check("descriptor", descriptor, 0, Integer.MAX_VALUE);
        Ranges.check("offsetBytes", offsetBytes, 0, Long.MAX_VALUE);
        Ranges.check("lengthBytes", lengthBytes, 1, Long.MAX_VALUE);
        return register(
            () -> operations.registerDmabuf(descriptor, offsetBytes, lengthBytes, iova, Access.bits(access)),
            MemorySegment.NULL, lengthBytes, iova, null);
    }

    private MemoryRegion register(
        final MemorySegment memory, final long iova, final Arena ownedArena, final Access... access) {
        requireRegistrable(memory);
        return register(() -> operations.registerMemory(memory, iova, Access.bits(access)), memory,
            memory.byteSize(), iova, ownedArena);
    }

    /** Registers memory in the provider. */
    private interface Registration {
        MemoryRegionOperations register() throws ProviderException;
    }

    /** Registers memory whose given length may lie outside of the segment. */
    private MemoryRegion register(
        final Registration registration, final MemorySegment memory, final long lengthBytes, final long iova,
        final Arena ownedArena) {
        enter();
        try {
            final MemoryRegion region =
                new MemoryRegion(domain(), registration.register(), memory, lengthBytes, iova, ownedArena);
            region.joinParents();
            return region;
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
}
