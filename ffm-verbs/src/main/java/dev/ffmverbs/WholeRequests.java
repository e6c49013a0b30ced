// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.FlushSelections;

/** The requests of a batch that one call describes whole, because they name no local memory. */
abstract sealed class WholeRequests permits SendBatch {

    private static final long MAXIMUM_FLUSH_BYTES = 1L << 31;

    /** Returns the builder, ready to begin a request of this kind. */
    abstract SendBuilder ready(SendOperation operation);

    abstract SendBatch self();

    /**
     * Adds an invalidation of a local key ({@code ibv_wr_local_inv(3)}).
     *
     * @param rkey remote key of a memory window of type 2, or of memory registered for invalidation.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public final SendBatch localInvalidate(final int rkey) {
        ready(SendOperation.LOCAL_INVALIDATE).localInvalidate(rkey);
        return self();
    }

    /**
     * Adds a bind of a memory window of type 2 to a part of a region ({@code ibv_wr_bind_mw(3)}).
     *
     * <p>{@link MemoryWindow#rkey()} returns the new key after {@link SendBatch#complete}.
     *
     * @param window      open window of type 2 of the queue pair's protection domain.
     * @param region      open region, registered with {@link Access#MEMORY_WINDOW_BIND}.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length of the part in bytes.
     * @param access      what peers may do through the window: remote rights only.
     * @return this.
     * @throws UnsupportedVerbException  when the queue pair was created without this operation.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the window is of type 1, or belongs to another protection domain.
     * @throws IllegalStateException     when this thread has no batch open, or the window or the region is closed.
     */
    public final SendBatch bindMemoryWindow(
        final MemoryWindow window, final MemoryRegion region, final long offsetBytes, final long lengthBytes,
        final Access... access) {
        window.requireBindable(MemoryWindowType.TYPE_2, region);
        region.checkRange(offsetBytes, lengthBytes);
        ready(SendOperation.BIND_MEMORY_WINDOW).bindMemoryWindow(window, region, offsetBytes, lengthBytes, access);
        return self();
    }

    /**
     * Adds a FLUSH of a range ({@code ibv_wr_flush(3)} with {@code IBV_FLUSH_RANGE}). It completes once everything that
     * this queue pair wrote there before is placed as asked. A queue pair has as many outstanding as READs.
     *
     * @param remoteAddress address in the peer's region.
     * @param rkey          the peer's key.
     * @param lengthBytes   length of the range in bytes, 0 to 2^31.
     * @param placement     where the data must be. The peer must allow it for the region and for its queue pair.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalArgumentException when the length is out of range.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public final SendBatch flush(
        final long remoteAddress, final int rkey, final long lengthBytes, final FlushPlacement placement) {
        Ranges.check("lengthBytes", lengthBytes, 0, MAXIMUM_FLUSH_BYTES);
        ready(SendOperation.FLUSH).flush(
            rkey, remoteAddress, lengthBytes, placement.value(), FlushSelections.RANGE);
        return self();
    }

    /**
     * Adds a FLUSH of a whole region or window ({@code ibv_wr_flush(3)} with {@code IBV_FLUSH_MR}).
     *
     * @param rkey      the peer's key.
     * @param placement where the data must be; see {@link #flush}.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public final SendBatch flushRegion(final int rkey, final FlushPlacement placement) {
        ready(SendOperation.FLUSH).flush(rkey, 0, 0, placement.value(), FlushSelections.REGION);
        return self();
    }

    /**
     * Adds a WRITE of eight bytes that others see whole or not at all ({@code ibv_wr_atomic_write(3)}). A queue pair
     * has as many outstanding as READs, and each completes after the peer has executed it.
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param value         the eight bytes, in the byte order of this machine.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public final SendBatch atomicWrite(final long remoteAddress, final int rkey, final long value) {
        ready(SendOperation.ATOMIC_WRITE).atomicWrite(rkey, remoteAddress, value);
        return self();
    }
}
