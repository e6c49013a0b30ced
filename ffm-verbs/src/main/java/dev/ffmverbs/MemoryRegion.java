// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ReregistrationFlags;
import dev.ffmverbs.spi.layout.MemoryWindowRangeLayout;
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
        ProtectionDomain domain, MemorySegment segment, long iova, int lkey, int rkey) {
    }

    MemoryRegion(
        final ProtectionDomain domain, final MemoryRegionOperations operations, final MemorySegment segment,
        final long iova, final Arena ownedArena) {
        super(domain.device(), domain);
        this.operations = operations;
        this.ownedArena = ownedArena;
        this.registration = new Registration(domain, segment, iova, operations.lkey(), operations.rkey());
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
     * @return the segment; when the region owns the memory, closing the region frees it.
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
        return registration.segment.byteSize();
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

    void checkRange(final long offsetBytes, final long lengthBytes) {
        if (!isOpen() || deregistered) {
            throw new IllegalStateException(this + " is closed");
        }
        final long regionBytes = registration.segment.byteSize();
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
        return "MemoryRegion of " + present.segment.byteSize() + " bytes (iova=0x" + Long.toHexString(present.iova)
            + ", lkey=0x" + Integer.toHexString(present.lkey) + ", rkey=0x" + Integer.toHexString(present.rkey) + ")";
    }
}
