// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.MemoryAdvices;
import dev.ffmverbs.spi.constants.ReregistrationFlags;
import dev.ffmverbs.spi.layout.MemoryWindowRangeLayout;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Registered memory ({@code struct ibv_mr}). Thread-safe. Data that peers write can appear in it at any time. */
public final class MemoryRegion extends ProviderObject {

    private final MemoryRegionOperations operations;
    private final Arena ownedArena;
    private volatile Registration registration;

    /** Set before the memory is freed. A call of another thread on the owned memory can delay the freeing. */
    private volatile boolean deregistered;

    /** The registered memory and its keys. Replaced as a whole, so that readers never see a partial change. */
    private record Registration(
        ProtectionDomain domain, MemorySegment segment, long lengthBytes, long iova, int lkey, int rkey) {
    }

    /** Creates a region whose memory, of the given length, may lie outside of the segment. */
    MemoryRegion(
        final ProtectionDomain domain, final MemoryRegionOperations operations, final MemorySegment segment,
        final long lengthBytes, final long iova, final Arena ownedArena) {
        super(domain.device(), domain);
        this.operations = operations;
        this.ownedArena = ownedArena;
        this.registration =
            new Registration(domain, segment, lengthBytes, iova, operations.lkey(), operations.rkey());
    }

    /**
     * Returns the protection domain this region is registered in ({@code ibv_mr.pd}).
     *
     * @return the protection domain.
     */
    public ProtectionDomain protectionDomain() {
        return registration.domain;
    }

    /**
     * Returns the registered memory ({@code ibv_mr.addr}).
     *
     * <p>For code that takes a {@link java.nio.ByteBuffer}, {@code segment().asByteBuffer()} is a view of up to 2 GiB.
     * Of a longer region, {@code segment().asSlice(offset, length).asByteBuffer()} is a view of a part. A view is in
     * big-endian order until it is told otherwise, and fails once the region has freed its memory.
     *
     * @return the segment; when the region owns the memory, closing the region frees it. Empty for memory of another
     *     device, and for the whole address space.
     */
    public MemorySegment segment() {
        return registration.segment;
    }

    /**
     * Returns the address by which peers and local requests name the first byte.
     *
     * @return the segment's address, unless {@link ProtectionDomain#registerAt} set another.
     */
    public long iova() {
        return registration.iova;
    }

    /**
     * Returns the length of the region in bytes ({@code ibv_mr.length}).
     *
     * @return the length in bytes.
     */
    public long lengthBytes() {
        return registration.lengthBytes;
    }

    /**
     * Returns the key that local requests name ({@code ibv_mr.lkey}).
     *
     * @return the 32-bit local key.
     */
    public int lkey() {
        return registration.lkey;
    }

    /**
     * Returns the key that peers name ({@code ibv_mr.rkey}).
     *
     * <p>A peer that knows the key, and is connected to a queue pair of the same protection domain, has the access
     * granted to this region.
     *
     * @return the 32-bit remote key.
     */
    public int rkey() {
        return registration.rkey;
    }

    /**
     * Returns what a peer must know to read and write this region.
     *
     * @return address, key and length of the region as it is now. A region that is registered again may get other keys.
     */
    public RemoteMemory remoteMemory() {
        final Registration present = registration;
        return new RemoteMemory(present.iova, present.rkey, present.lengthBytes);
    }

    /**
     * Changes the access rights to the memory ({@code ibv_rereg_mr(3)} with {@code IBV_REREG_MR_CHANGE_ACCESS}).
     *
     * @param access what the local device and peers may do from now on.
     * @throws UnsupportedVerbException when the device cannot re-register memory.
     * @throws VerbsException           when the device refuses; the region can then only be closed.
     * @throws IllegalStateException    when this region is closed.
     */
    public void changeAccess(final Access... access) {
        reregister(ReregistrationFlags.ACCESS, null, null, Access.bits(access));
    }

    /**
     * Replaces the registered memory ({@code ibv_rereg_mr(3)} with {@code IBV_REREG_MR_CHANGE_TRANSLATION}).
     *
     * <p>The new memory's address becomes the {@link #iova()}, and the keys may change. The region borrows the new
     * memory. Memory that the region owns is still freed when the region is closed.
     *
     * @param memory native memory of an arena that all threads may use; see {@link ProtectionDomain#register}.
     * @throws UnsupportedVerbException when the device cannot re-register memory.
     * @throws VerbsException           when the device refuses; the region can then only be closed.
     * @throws IllegalArgumentException when the segment is on the heap, empty, read-only or confined to one thread.
     * @throws IllegalStateException    when the segment's arena or this region is closed.
     */
    public void changeMemory(final MemorySegment memory) {
        ProtectionDomain.requireRegistrable(memory);
        reregister(ReregistrationFlags.TRANSLATION, null, memory, 0);
    }

    /**
     * Moves the region to another protection domain ({@code ibv_rereg_mr(3)} with {@code IBV_REREG_MR_CHANGE_PD}).
     *
     * @param domain open protection domain of the same context.
     * @throws UnsupportedVerbException when the device cannot re-register memory.
     * @throws VerbsException           when the device refuses; the region can then only be closed.
     * @throws IllegalArgumentException when the domain belongs to another context.
     * @throws IllegalStateException    when the domain or this region is closed.
     */
    public void changeProtectionDomain(final ProtectionDomain domain) {
        if (domain.context() != registration.domain.context()) {
            throw new IllegalArgumentException(domain + " belongs to another context than " + this);
        }
        domain.enter();
        try {
            reregister(ReregistrationFlags.PROTECTION_DOMAIN, domain, null, 0);
        } finally {
            domain.leave();
        }
    }

    private synchronized void reregister(
        final int flags, final ProtectionDomain domain, final MemorySegment memory, final int access) {
        enterRegistered();
        try {
            final Registration former = registration;
            operations.reregister(flags, domain == null ? null : domain.operations(), memory, access);
            registration = new Registration(
                domain == null ? former.domain : domain, memory == null ? former.segment : memory,
                memory == null ? former.lengthBytes : memory.byteSize(),
                memory == null ? former.iova : memory.address(), operations.lkey(), operations.rkey());
            if (domain != null) {
                replaceParent(former.domain, domain);
            }
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Advises the device on a part of the region, which is not locked ({@code ibv_advise_mr(3)}). Without advice, the
     * first access to each page takes longer.
     *
     * @param advice      what to do with the pages.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length of the part in bytes, at most 2^32-1.
     * @param wait        whether to return only when it is done ({@code IBV_ADVISE_MR_FLAG_FLUSH}).
     * @throws UnsupportedVerbException  when the device cannot be advised.
     * @throws VerbsException            when the device refuses, for example because the memory is locked.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the length is more than 2^32-1.
     * @throws IllegalStateException     when this region is closed.
     */
    public void advise(
        final MemoryAdvice advice, final long offsetBytes, final long lengthBytes, final boolean wait) {
        checkRange(offsetBytes, lengthBytes);
        final Registration present = registration;
        present.domain.enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment element = arena.allocate(ScatterGatherElementLayout.LAYOUT);
            new ScatterGatherList(element, 1).add(this, offsetBytes, lengthBytes);
            enterRegistered();
            try {
                present.domain.operations().advise(
                    advice.value(), wait ? MemoryAdvices.FLAG_WAIT : 0, element, 1);
            } finally {
                leave();
            }
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            present.domain.leave();
        }
    }

    void checkRange(final long offsetBytes, final long lengthBytes) {
        if (!isOpen() || deregistered) {
            throw new IllegalStateException(this + " is closed");
        }
        final long regionBytes = registration.lengthBytes;
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > regionBytes - lengthBytes) {
            throw new IndexOutOfBoundsException("offset " + offsetBytes + " and length " + lengthBytes
                + " are not within the " + regionBytes + " bytes of " + this);
        }
    }

    /** Begins a call that passes on the provider's object. {@link #leave} ends it. */
    void enterRegistered() {
        enter();
        if (deregistered) {
            leave();
            throw deregisteredException();
        }
    }

    @Override
    void requireStructure() {
        if (deregistered) {
            throw deregisteredException();
        }
    }

    private IllegalStateException deregisteredException() {
        return new IllegalStateException(this + " is deregistered; close it again to free its memory");
    }

    @Override
    MemoryRegionOperations operations() {
        return operations;
    }

    /**
     * Writes a {@code struct ibv_mw_bind_info} for a part of this region.
     *
     * @param range receives the structure.
     */
    void writeRange(
        final MemorySegment range, final long offsetBytes, final long lengthBytes, final Access... access) {
        range.set(ValueLayout.JAVA_LONG, MemoryWindowRangeLayout.REGION, operations.handle());
        range.set(ValueLayout.JAVA_LONG, MemoryWindowRangeLayout.ADDRESS, iova() + offsetBytes);
        range.set(ValueLayout.JAVA_LONG, MemoryWindowRangeLayout.LENGTH, lengthBytes);
        range.set(ValueLayout.JAVA_INT, MemoryWindowRangeLayout.ACCESS, Access.bits(access));
    }

    @Override
    void free() throws ProviderException {
        if (!deregistered) {
            operations.close();
            deregistered = true;
        }
        if (ownedArena != null) {
            ownedArena.close();
        }
    }

    @Override
    public String toString() {
        final Registration present = registration;
        return "MemoryRegion of " + present.lengthBytes + " bytes (iova=0x" + Long.toHexString(present.iova)
            + ", lkey=0x" + Integer.toHexString(present.lkey) + ", rkey=0x" + Integer.toHexString(present.rkey) + ")";
    }
}
