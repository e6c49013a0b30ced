// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Registered memory ({@code struct ibv_mr}). Thread-safe; what peers write appears in it at any time. */
public final class MemoryRegion extends VerbsObject {

    private final MemoryRegionOperations operations;
    private final MemorySegment segment;
    private final long iova;
    private final Arena ownedArena;
    private final int lkey;
    private final int rkey;

    MemoryRegion(
        final ProtectionDomain domain, final MemoryRegionOperations operations, final MemorySegment segment,
        final long iova, final Arena ownedArena) {
        super(domain);
        this.operations = operations;
        this.segment = segment;
        this.iova = iova;
        this.ownedArena = ownedArena;
        this.lkey = operations.lkey();
        this.rkey = operations.rkey();
    }

    /**
     * The registered memory.
     *
     * @return the segment; when the region owns it, it is freed when the region is closed.
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * The address by which peers and local requests name the first byte.
     *
     * @return the segment's own address unless another was chosen.
     */
    public long iova() {
        return iova;
    }

    /**
     * Length of the region.
     *
     * @return bytes.
     */
    public long lengthBytes() {
        return segment.byteSize();
    }

    /**
     * The key that local requests name.
     *
     * @return the 32-bit local key.
     */
    public int lkey() {
        return lkey;
    }

    /**
     * The key that peers name; whoever knows it, and a connected queue pair of the same domain, has the access granted.
     *
     * @return the 32-bit remote key.
     */
    public int rkey() {
        return rkey;
    }

    void checkRange(final long offsetBytes, final long lengthBytes) {
        if (!isOpen()) {
            throw new IllegalStateException(this + " is closed");
        }
        final long regionBytes = segment.byteSize();
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > regionBytes - lengthBytes) {
            throw new IndexOutOfBoundsException("offset " + offsetBytes + " and length " + lengthBytes
                + " are not within the " + regionBytes + " bytes of " + this);
        }
    }

    @Override
    void free() throws ProviderException {
        operations.close();
        if (ownedArena != null) {
            ownedArena.close();
        }
    }

    @Override
    public String toString() {
        return "MemoryRegion of " + segment.byteSize() + " bytes (iova=0x" + Long.toHexString(iova) + ", lkey=0x"
            + Integer.toHexString(lkey) + ", rkey=0x" + Integer.toHexString(rkey) + ")";
    }
}
